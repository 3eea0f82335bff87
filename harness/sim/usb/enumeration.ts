import type { EmulatedModem } from '../modem/modem.ts';
import type { UsbFunction, UsbIdentity } from '../modem/usb.ts';
import type { FunctionOnBus } from './function.ts';
import { CONFIGURATION_VALUE, createLayout, type DeviceLayout, type InterfaceLayout } from './layout.ts';
import { createNetworkFunction } from './network-function.ts';
import type { Pipe } from './pipe.ts';
import { createSerialFunction } from './serial-function.ts';
import { noBytes, type Transfer } from './transfer.ts';

/** The device between its coming onto the bus and its leaving: descriptors, functions, and what the host has set. */
export interface Enumeration {
  readonly layout: DeviceLayout;
  /** 0: none is set. */
  readonly configuration: number;
  /** Of every interface, its alternate setting in force. */
  active(): readonly InterfaceLayout[];
  functionOf(interfaceNumber: number): FunctionOnBus | undefined;
  /** False: there is no such configuration. */
  setConfiguration(value: number): boolean;
  /** False: there is no such interface, or not that setting of it. */
  setAlternate(interfaceNumber: number, alternate: number): boolean;
  /** Undefined: the endpoint does not exist now. */
  isHalted(endpoint: number): boolean | undefined;
  setHalted(endpoint: number, halted: boolean): boolean;
  remoteWakeup: boolean;
  submit(transfer: Transfer): void;
  cancel(transfer: Transfer): boolean;
  /** Bus reset: back to no configuration. */
  reset(): void;
  /** The device leaves the bus: what waits ends. */
  vanish(): void;
}

export function createEnumeration(modem: EmulatedModem, identity: UsbIdentity): Enumeration {
  return new EnumeratedDevice(modem, identity);
}

class EnumeratedDevice implements Enumeration {
  readonly layout: DeviceLayout;
  remoteWakeup = false;
  readonly #functions: ReadonlyMap<number, FunctionOnBus>;
  readonly #pipes: ReadonlyMap<number, Pipe>;
  readonly #alternates = new Map<number, number>();
  readonly #halted = new Set<number>();
  /** Addresses of the endpoints of the settings in force. */
  #present = new Set<number>();
  #configuration = 0;

  constructor(modem: EmulatedModem, identity: UsbIdentity) {
    this.layout = createLayout(identity, hostAddressOf(modem, identity));
    this.#functions = openFunctions(modem, this.layout);
    this.#pipes = new Map([...new Set(this.#functions.values())].flatMap((fn) => [...fn.pipes]));
  }

  get configuration(): number {
    return this.#configuration;
  }

  active(): readonly InterfaceLayout[] {
    return this.layout.interfaces.filter(
      (one) => one.alternate === (this.#alternates.get(one.function.number) ?? 0),
    );
  }

  functionOf(number: number): FunctionOnBus | undefined {
    return this.#functions.get(number);
  }

  setConfiguration(value: number): boolean {
    if (value !== 0 && value !== CONFIGURATION_VALUE) return false;
    this.#backTo(value);
    return true;
  }

  setAlternate(number: number, alternate: number): boolean {
    const wanted = this.layout.interfaces.find(
      (one) => one.function.number === number && one.alternate === alternate,
    );
    if (!wanted || this.#configuration === 0) return false;
    this.#alternates.set(number, alternate);
    for (const { address } of wanted.endpoints) {
      this.#halted.delete(address);
      this.#pipes.get(address)?.flush('cancelled');
    }
    this.#functions.get(number)?.selectAlternate(number, alternate);
    this.#refresh();
    return true;
  }

  isHalted(endpoint: number): boolean | undefined {
    return this.#present.has(endpoint) ? this.#halted.has(endpoint) : undefined;
  }

  setHalted(endpoint: number, halt: boolean): boolean {
    if (!this.#present.has(endpoint)) return false;
    if (halt) this.#halted.add(endpoint);
    else this.#halted.delete(endpoint);
    if (halt) this.#pipes.get(endpoint)?.flush('stall');
    return true;
  }

  submit(transfer: Transfer): void {
    const { endpoint } = transfer;
    const pipe = this.#present.has(endpoint) ? this.#pipes.get(endpoint) : undefined;
    if (this.#halted.has(endpoint)) transfer.done('stall', noBytes);
    else if (pipe) pipe.submit(transfer);
    else transfer.done('invalid', noBytes);
  }

  cancel(transfer: Transfer): boolean {
    return this.#pipes.get(transfer.endpoint)?.cancel(transfer) ?? false;
  }

  reset(): void {
    this.remoteWakeup = false;
    this.#backTo(0);
  }

  vanish(): void {
    this.#configuration = 0;
    for (const pipe of this.#pipes.values()) pipe.flush('cancelled');
    this.#refresh();
  }

  #backTo(configuration: number): void {
    this.#configuration = configuration;
    this.#alternates.clear();
    this.#halted.clear();
    for (const pipe of this.#pipes.values()) pipe.flush('cancelled');
    for (const fn of new Set(this.#functions.values())) fn.reset();
    this.#refresh();
  }

  /** After each change of configuration or setting: what is on an endpoint that went away ends. */
  #refresh(): void {
    const ends = this.#configuration === 0 ? [] : this.active().flatMap(({ endpoints }) => endpoints);
    this.#present = new Set(ends.map(({ address }) => address));
    for (const [address, pipe] of this.#pipes) if (!this.#present.has(address)) pipe.flush('cancelled');
  }
}

/** The function of each interface; two interfaces of one function share it. */
function openFunctions(modem: EmulatedModem, layout: DeviceLayout): ReadonlyMap<number, FunctionOnBus> {
  const functions = new Map<number, FunctionOnBus>();
  for (const usb of new Set(layout.interfaces.map((one) => one.function))) {
    if (functions.has(usb.number)) continue;
    const numbers = isControl(usb) ? [usb.number, usb.number + 1] : [usb.number];
    const own = layout.interfaces.filter((one) => numbers.includes(one.function.number));
    const working = openFunction(modem, usb, own);
    if (working) for (const number of numbers) functions.set(number, working);
  }
  return functions;
}

function openFunction(
  modem: EmulatedModem,
  usb: UsbFunction,
  own: readonly InterfaceLayout[],
): FunctionOnBus | undefined {
  const endpoints = own.flatMap((one) => one.endpoints);
  const port = modem.openPort(usb.number);
  if (port) return createSerialFunction(port, endpoints);
  const networkInterface = isControl(usb) ? usb.number + 1 : usb.number;
  return createNetworkFunction({
    control: modem.openControl(usb.number),
    network: modem.openNetwork(networkInterface) ?? modem.openNetwork(usb.number),
    controlInterface: usb.number,
    tellsCarrier: isControl(usb),
    endpoints,
  });
}

/** CDC functions of two interfaces, control and data. */
function isControl({ role }: UsbFunction): boolean {
  return role === 'mbim-control' || role === 'ecm-control' || role === 'rndis-control';
}

function hostAddressOf(modem: EmulatedModem, identity: UsbIdentity): string | undefined {
  const data = identity.interfaces.find(({ role }) => role === 'ecm-data');
  if (!data) return undefined;
  return modem.openNetwork(data.number)?.hostAddress ?? '02:15:6f:00:00:01';
}
