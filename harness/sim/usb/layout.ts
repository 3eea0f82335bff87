import {
  encodeConfiguration,
  encodeDescriptor,
  type Descriptor,
  type DescriptorOf,
} from '../../protocols/usb/descriptors.ts';
import type { UsbFunction, UsbIdentity } from '../modem/usb.ts';

/** A device's descriptors, and the same as plain data for those who need it in another form. */
export interface DeviceLayout {
  readonly device: DescriptorOf<'device'>;
  /** As bytes, with everything in it. */
  readonly configuration: Uint8Array;
  readonly interfaces: readonly InterfaceLayout[];
  /** By index, from 1 on: what string descriptors say. */
  readonly strings: readonly string[];
}

/** One alternate setting of an interface. */
export interface InterfaceLayout {
  readonly function: UsbFunction;
  readonly alternate: number;
  readonly endpoints: readonly EndpointLayout[];
  readonly functional: readonly Descriptor[];
}

export interface EndpointLayout {
  readonly address: number;
  readonly type: 'bulk' | 'interrupt';
  /** Bytes. */
  readonly maxPacketSize: number;
  /** bInterval: 9 stands for 32 ms at high speed (USB 2.0, 9.6.6). */
  readonly interval: number;
}

export const CONFIGURATION_VALUE = 1;

/** bmAttributes of a bus-powered device with remote wakeup (USB 2.0, table 9-10). */
const ATTRIBUTES = 0xa0;
const BULK_BYTES = 512;
const INTERVAL = 9;
const CDC_1_10 = 0x0110;
const MAX_ETHERNET_FRAME = 1_514;

/** Where makers differ although the function is the same. */
interface MakerWays {
  /** Of an interrupt endpoint that tells of QMI messages, bytes. */
  readonly qmiPacketSize: number;
  /** Class of the device where interfaces belong together (interface association, ECN of 2003: ef/02/01). */
  readonly compositeClass: readonly [cls: string, subclass: string, protocol: string];
}

// Sierra leaves the class at 00 also in its MBIM composition (`lsusb -v` of a DW5811e); Quectel sets ef/02/01.
const sierraWays: MakerWays = { qmiPacketSize: 10, compositeClass: ['00', '00', '00'] };
const quectelWays: MakerWays = { qmiPacketSize: 8, compositeClass: ['ef', '02', '01'] };

/** @param hostAddress MAC address that an Ethernet function gives the host's end: `02:15:6f:00:00:01` */
export function createLayout(identity: UsbIdentity, hostAddress: string | undefined): DeviceLayout {
  const ways = identity.vendorId === '2c7c' ? quectelWays : sierraWays;
  const strings = [identity.manufacturer, identity.product];
  const serialNumberString = identity.serialNumber === undefined ? 0 : strings.push(identity.serialNumber);
  // Hexadecimal digits without separators (ECM 1.2, table 3).
  const macString =
    hostAddress === undefined ? 0 : strings.push(hostAddress.replaceAll(':', '').toUpperCase());
  const interfaces = layInterfaces(identity.interfaces, ways, macString);
  const device = deviceOf(identity, ways, serialNumberString);
  return { device, configuration: configurationOf(identity, interfaces), interfaces, strings };
}

function deviceOf(
  identity: UsbIdentity,
  ways: MakerWays,
  serialNumberString: number,
): DescriptorOf<'device'> {
  const composite = identity.interfaces.some(({ role }) => isAssociated(role));
  const [cls, subclass, protocol] = composite ? ways.compositeClass : ['00', '00', '00'];
  return {
    kind: 'device',
    usbVersion: 0x0200,
    class: cls as string,
    subclass: subclass as string,
    protocol: protocol as string,
    maxPacketSize0: 64,
    vendorId: Number.parseInt(identity.vendorId, 16),
    productId: Number.parseInt(identity.productId, 16),
    deviceVersion: Number.parseInt(identity.bcdDevice.replace('.', ''), 16),
    manufacturerString: 1,
    productString: 2,
    serialNumberString,
    configurations: 1,
  };
}

function configurationOf(identity: UsbIdentity, interfaces: readonly InterfaceLayout[]): Uint8Array {
  const fields = {
    interfaces: new Set(interfaces.map((layout) => layout.function.number)).size,
    value: CONFIGURATION_VALUE,
    string: 0,
    attributes: ATTRIBUTES,
    maxPower: Math.min(255, Math.ceil(identity.maxPowerMa / 2)),
  };
  return encodeConfiguration(fields, interfaces.flatMap(describeInterface));
}

function describeInterface({
  function: usb,
  alternate,
  endpoints,
  functional,
}: InterfaceLayout): Descriptor[] {
  const { number, class: cls, subclass, protocol, role } = usb;
  const classes = { class: cls, subclass, protocol };
  const own: Descriptor = {
    kind: 'interface',
    number,
    alternate,
    endpoints: endpoints.length,
    ...classes,
    string: 0,
  };
  const ends = endpoints.map(({ address, type, maxPacketSize, interval }): Descriptor => ({
    kind: 'endpoint',
    address,
    attributes: type === 'bulk' ? 0x02 : 0x03,
    maxPacketSize,
    interval,
  }));
  const together: Descriptor[] = isAssociated(role)
    ? [{ kind: 'association', first: number, count: 2, ...classes, string: 0 }]
    : [];
  return [...together, own, ...functional, ...ends];
}

/** A control interface whose data interface follows. */
function isAssociated(role: UsbFunction['role']): boolean {
  return role === 'mbim-control' || role === 'ecm-control' || role === 'rndis-control';
}

/** Endpoint numbers rise through the interfaces, IN and OUT on their own; bulk IN comes before its interrupt IN. */
function layInterfaces(
  functions: readonly UsbFunction[],
  ways: MakerWays,
  macString: number,
): InterfaceLayout[] {
  const numbers = { in: 0x80, out: 0 };
  /** Reserved by a control interface for the data interface behind it. */
  let data: readonly EndpointLayout[] = [];
  const bulkPair = (inAddress: number): EndpointLayout[] => [bulk(inAddress), bulk(++numbers.out)];
  return functions.flatMap((usb): InterfaceLayout[] => {
    const lay = (
      endpoints: readonly EndpointLayout[],
      functional: readonly Descriptor[] = [],
    ): InterfaceLayout[] => [{ function: usb, alternate: 0, endpoints, functional }];
    switch (usb.role) {
      case 'mbim-control':
      case 'ecm-control':
      case 'rndis-control': {
        data = bulkPair(++numbers.in);
        const size = usb.role === 'mbim-control' ? 64 : usb.role === 'ecm-control' ? 16 : 8;
        return lay([interrupt(++numbers.in, size)], controlDescriptors(usb, macString));
      }
      case 'mbim-data':
      case 'ecm-data': {
        const [idle] = lay([]) as [InterfaceLayout];
        return [idle, { ...idle, alternate: 1, endpoints: data }];
      }
      case 'rndis-data':
        return lay(data);
      default: {
        const ends = bulkPair(++numbers.in);
        if (usb.endpoints < 3) return lay(ends);
        const size = usb.role === 'qmi' ? ways.qmiPacketSize : 10;
        return lay([interrupt(++numbers.in, size), ...ends], usb.role === 'qmi' ? [] : serialDescriptors());
      }
    }
  });
}

function bulk(address: number): EndpointLayout {
  return { address, type: 'bulk', maxPacketSize: BULK_BYTES, interval: 0 };
}

function interrupt(address: number, maxPacketSize: number): EndpointLayout {
  return { address, type: 'interrupt', maxPacketSize, interval: INTERVAL };
}

/** Of a vendor-specific interface that behaves like CDC ACM. Interface numbers in it are left at 0. */
function serialDescriptors(): Descriptor[] {
  return [
    { kind: 'cdcHeader', version: CDC_1_10 },
    { kind: 'cdcCallManagement', capabilities: 0, dataInterface: 0 },
    { kind: 'cdcAcm', capabilities: 0x02 },
    { kind: 'cdcUnion', control: 0, subordinates: [0] },
  ];
}

function controlDescriptors({ role, number }: UsbFunction, macString: number): Descriptor[] {
  const header: Descriptor = { kind: 'cdcHeader', version: CDC_1_10 };
  const union: Descriptor = { kind: 'cdcUnion', control: number, subordinates: [number + 1] };
  if (role === 'mbim-control') return [header, union, ...mbimDescriptors()];
  if (role === 'ecm-control') return [header, union, ethernetDescriptor(macString)];
  return [
    header,
    { kind: 'cdcCallManagement', capabilities: 0, dataInterface: number + 1 },
    { kind: 'cdcAcm', capabilities: 0 },
    union,
  ];
}

/** MBIM 1.0, 6.4 and 6.5; the messages are 4,096 bytes long because libmbim does not cut those that it sends. */
function mbimDescriptors(): Descriptor[] {
  return [
    {
      kind: 'mbim',
      version: 0x0100,
      maxControlMessage: 4_096,
      filters: 32,
      maxFilterSize: 128,
      maxSegmentSize: 1_500,
      capabilities: 0x20,
    },
    { kind: 'mbimExtended', version: 0x0100, maxOutstanding: 64, mtu: 1_500 },
  ];
}

function ethernetDescriptor(macString: number): Descriptor {
  return {
    kind: 'cdcEthernet',
    macString,
    statistics: 0,
    maxSegmentSize: MAX_ETHERNET_FRAME,
    multicastFilters: 0,
    powerFilters: 0,
  };
}

/** What a device that runs at high speed would be at full speed (USB 2.0, 9.6.2). */
export function qualifierOf({ device }: DeviceLayout): Uint8Array {
  const { usbVersion, maxPacketSize0, configurations } = device;
  const classes = { class: device.class, subclass: device.subclass, protocol: device.protocol };
  return encodeDescriptor({
    kind: 'deviceQualifier',
    usbVersion,
    ...classes,
    maxPacketSize0,
    configurations,
    reserved: 0,
  });
}
