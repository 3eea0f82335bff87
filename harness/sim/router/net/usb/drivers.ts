import type { UsbFunction, UsbIdentity } from '../../../modem/usb.ts';

/** A kernel driver of the router and the package that brings it. */
export interface Driver {
  readonly name: 'qcserial' | 'option' | 'qmi_wwan' | 'cdc_mbim' | 'cdc_ether';
  readonly package: string;
  /** `makes`: a tty; a network device with its control node; a network device alone; nothing of its own. */
  readonly makes: 'tty' | 'wwan' | 'net' | 'nothing';
  /** `Qualcomm USB modem` -> `Qualcomm USB modem converter now attached to ttyUSB0` */
  readonly description: string;
}

const qcserial: Driver = {
  name: 'qcserial',
  package: 'kmod-usb-serial-qualcomm',
  makes: 'tty',
  description: 'Qualcomm USB modem converter',
};

const option: Driver = {
  name: 'option',
  package: 'kmod-usb-serial-option',
  makes: 'tty',
  description: 'GSM modem (1-port) converter',
};

const qmiWwan: Driver = {
  name: 'qmi_wwan',
  package: 'kmod-usb-net-qmi-wwan',
  makes: 'wwan',
  description: 'WWAN/QMI device',
};

const cdcMbim: Driver = {
  name: 'cdc_mbim',
  package: 'kmod-usb-net-cdc-mbim',
  makes: 'wwan',
  description: 'CDC MBIM',
};

export const cdcEther: Driver = {
  name: 'cdc_ether',
  package: 'kmod-usb-net-cdc-ether',
  makes: 'net',
  description: 'CDC Ethernet Device',
};

/** Those of the packages that a firmware has: kmodloader loads them before anything is plugged in (procd, /etc/modules.d). */
export const loadedDrivers = (packages: Readonly<Record<string, string>>): readonly Driver[] =>
  [qcserial, option, qmiWwan, cdcMbim, cdcEther].filter((driver) => driver.package in packages);

/** Sierra and Dell: the id tables of qcserial.c; Quectel: option.c. */
const QCSERIAL_VENDORS: ReadonlySet<string> = new Set(['1199', '413c', '05c6']);

export const serialDriverOf = (vendorId: string): Driver =>
  QCSERIAL_VENDORS.has(vendorId) ? qcserial : option;

/** The driver whose id table holds this function, whether or not it is installed. */
export function driverFor(identity: UsbIdentity, fn: UsbFunction): Driver | undefined {
  switch (fn.role) {
    case 'diag':
    case 'nmea':
    case 'at':
    case 'modem':
      return serialDriverOf(identity.vendorId);
    case 'qmi':
      return qmiWwan;
    case 'mbim-control':
      return cdcMbim;
    case 'mbim-data':
      return { ...cdcMbim, makes: 'nothing' };
    case 'ecm-control':
      return cdcEther;
    case 'ecm-data':
      return { ...cdcEther, makes: 'nothing' };
  }
}
