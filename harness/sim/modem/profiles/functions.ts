import type { UsbFunction } from '../usb.ts';

type Role = UsbFunction['role'];

// Class, subclass, protocol and endpoints of each kind of function, as the devices of both makers show them.
const shapes: Readonly<
  Record<Role, readonly [cls: string, sub: string, protocol: string, endpoints: number]>
> = {
  diag: ['ff', 'ff', 'ff', 2],
  nmea: ['ff', '00', '00', 3],
  at: ['ff', '00', '00', 3],
  modem: ['ff', '00', '00', 3],
  qmi: ['ff', 'ff', 'ff', 3],
  'mbim-control': ['02', '0e', '00', 1],
  'mbim-data': ['0a', '00', '02', 2],
  'ecm-control': ['02', '06', '00', 1],
  'ecm-data': ['0a', '00', '00', 2],
  'rndis-control': ['ef', '04', '01', 1],
  'rndis-data': ['0a', '00', '00', 2],
};

export function usbFunction(number: number, role: Role, change: Partial<UsbFunction> = {}): UsbFunction {
  const [cls, subclass, protocol, endpoints] = shapes[role];
  return { number, class: cls, subclass, protocol, endpoints, role, ...change };
}
