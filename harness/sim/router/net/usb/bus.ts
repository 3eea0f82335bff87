import type { Cancel } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';
import type { ModemPort, NetworkPort } from '../../../modem/port.ts';
import type { UsbFunction, UsbIdentity } from '../../../modem/usb.ts';
import type { RouterMachine, UsbBus } from '../../machine.ts';
import type { ModemOnBus } from '../modem-on-bus.ts';
import type { Stack } from '../stack.ts';
import type { Attached, Binding } from './attached.ts';
import { bindFunction, unbindFunction } from './binding.ts';
import { debugDevices } from './debug-devices.ts';
import { driverFor, loadedDrivers } from './drivers.ts';
import { enumerationLines, hostController, withoutRevision } from './kernel-lines.ts';
import { sharePort } from './port.ts';
import { addDeviceTree, addHubs, removeDeviceTree } from './sysfs.ts';

/** The USB bus with its power over time. */
export interface Bus extends UsbBus {
  start(): void;
  stop(): void;
}

interface BusState {
  readonly machine: RouterMachine;
  readonly stack: Stack;
  readonly modem: ModemOnBus;
  readonly path: string;
  readonly nodeListeners: ((node: string, action: 'add' | 'remove') => void)[];
  attached: Attached | undefined;
  nextNumber: number;
  /** Steps of an enumeration that are still to come. */
  pending: Cancel[];
}

/** From the port's "connect" to the descriptors, from there to the first driver, and from driver to driver. */
const enumerationMs: {
  readonly address: Ms;
  readonly descriptors: Ms;
  readonly drivers: Ms;
  readonly each: Ms;
} = {
  address: 120,
  descriptors: 160,
  drivers: 210,
  each: 70,
};

/** The kernel's USB core with one port that matters: the one that holds the modem. */
export function createUsbBus(machine: RouterMachine, stack: Stack, modem: ModemOnBus, path: string): Bus {
  const state: BusState = {
    machine,
    stack,
    modem,
    path,
    nodeListeners: [],
    attached: undefined,
    nextNumber: path.includes('.') ? 3 : 2,
    pending: [],
  };
  let stopListening: Cancel | undefined;
  return {
    openTty: (device) => openTty(state, device),
    openControl: (device) => {
      const binding = bindingOf(state, ({ wdm }) => `/dev/${wdm}` === device);
      return binding && state.modem.openControl?.(binding.fn.number);
    },
    openNetwork: (name) => openNetwork(state, name),
    networkOf: (device) => bindingOf(state, ({ wdm }) => `/dev/${wdm}` === device)?.net,
    onNode: (f) => void state.nodeListeners.push(f),
    present: () => (state.attached ? [state.attached.identity] : []),
    start: () => {
      addHubs(machine.files, hostController(machine), path, machine.flavour.kernel);
      for (const { name } of loadedDrivers(machine.flavour.packages))
        machine.files.makeDirectory(`/sys/bus/usb/drivers/${name}`);
      machine.files.compute('/sys/kernel/debug/usb/devices', () =>
        debugDevices(machine, path, state.attached),
      );
      stopListening =
        modem.onUsb((identity) => (identity ? attach(state, identity) : detach(state))) ?? undefined;
      if (modem.usb && !state.attached) attach(state, modem.usb, true);
    },
    stop: () => {
      stopListening?.();
      cancelPending(state);
      for (const binding of state.attached?.bindings ?? []) binding.port?.close();
      state.attached = undefined;
    },
  };
}

function openTty(state: BusState, device: string): ModemPort | undefined {
  const binding = state.attached?.bindings.find((b) => b.tty !== undefined && `/dev/${b.tty}` === device);
  if (!binding) return undefined;
  binding.port ??= sharePort(() => state.modem.openPort(binding.fn.number), binding.fn.number);
  return binding.port;
}

function bindingOf(state: BusState, suits: (binding: Binding) => boolean): Binding | undefined {
  return state.attached?.bindings.find(suits);
}

/** QMI has its data in the same interface; MBIM and ECM in the data interface behind the control interface. */
function openNetwork(state: BusState, name: string): NetworkPort | undefined {
  const binding = bindingOf(state, ({ net }) => net === name);
  return binding && networkPort(state, binding.fn);
}

/** Packets go over the function itself or, where that is the control interface, over the one after it. */
const networkPort = ({ modem }: BusState, { number }: UsbFunction): NetworkPort | undefined =>
  modem.openNetwork?.(number) ?? modem.openNetwork?.(number + 1);

/** @param atOnce it was there when the kernel started: everything is in place when programs look. */
function attach(state: BusState, identity: UsbIdentity, atOnce = false): void {
  if (state.attached) detach(state);
  cancelPending(state);
  const { machine, path } = state;
  const number = state.nextNumber++;
  const later = (delay: Ms, f: () => void): void => {
    if (atOnce) f();
    else state.pending.push(machine.clock.after(delay, f));
  };
  const { driver } = hostController(machine);
  const { address, descriptors } = enumerationMs;
  later(address, () => {
    machine.log.kernel('info', `usb ${path}: new high-speed USB device number ${number} using ${driver}`);
  });
  later(address + descriptors, () => {
    const attached: Attached = { identity, number, bindings: [], authorized: true };
    state.attached = attached;
    logEnumeration(machine, path, identity);
    addDeviceTree(machine, path, attached, (on) => authorize(state, attached, on));
    bindAll(state, attached, later, address + descriptors);
  });
}

function logEnumeration(machine: RouterMachine, path: string, identity: UsbIdentity): void {
  const printsRevision = Number.parseInt(machine.flavour.kernel, 10) >= 5;
  for (const [level, line] of enumerationLines(identity)) {
    machine.log.kernel(level, `usb ${path}: ${printsRevision ? line : withoutRevision(line)}`);
  }
}

function bindAll(
  state: BusState,
  attached: Attached,
  later: (delay: Ms, f: () => void) => void,
  base: Ms,
): void {
  let at = base + enumerationMs.drivers;
  for (const fn of attached.identity.interfaces) {
    if (!installedDriver(state.machine, attached.identity, fn)) continue;
    later(at, () => bind(state, attached, fn));
    at += enumerationMs.each;
  }
}

function installedDriver(machine: RouterMachine, identity: UsbIdentity, fn: UsbFunction) {
  const driver = driverFor(identity, fn);
  return driver && driver.package in machine.flavour.packages ? driver : undefined;
}

function bind(state: BusState, attached: Attached, fn: UsbFunction): void {
  const driver = installedDriver(state.machine, attached.identity, fn);
  if (!driver || state.attached !== attached || !attached.authorized) return;
  const binding = bindFunction(state.machine, state.stack, {
    path: state.path,
    fn,
    driver,
    hostAddress: driver.makes === 'net' ? networkPort(state, fn)?.hostAddress : undefined,
    taken: attached.bindings,
  });
  attached.bindings.push(binding);
  announce(state, binding, 'add');
}

function unbindAll(state: BusState, attached: Attached): void {
  for (const binding of attached.bindings.splice(0)) {
    unbindFunction(state.machine, state.stack, state.path, binding);
    announce(state, binding, 'remove');
  }
}

function announce(state: BusState, binding: Binding, action: 'add' | 'remove'): void {
  // With a control node beside it, a network device is its handler's business.
  for (const node of [binding.tty, binding.wdm ?? binding.net]) {
    if (node !== undefined) for (const listener of state.nodeListeners) listener(node, action);
  }
}

function detach(state: BusState): void {
  cancelPending(state);
  const { attached, machine, path } = state;
  if (!attached) return;
  state.attached = undefined;
  machine.log.kernel('info', `usb ${path}: USB disconnect, device number ${attached.number}`);
  unbindAll(state, attached);
  removeDeviceTree(machine, path);
}

/** `echo 0 > authorized` takes the drivers off, `echo 1` puts them back; the device keeps its number. */
function authorize(state: BusState, attached: Attached, on: boolean): void {
  if (state.attached !== attached || attached.authorized === on) return;
  attached.authorized = on;
  if (!on) {
    unbindAll(state, attached);
    return;
  }
  const later = (delay: Ms, f: () => void): void => {
    state.pending.push(state.machine.clock.after(delay, f));
  };
  bindAll(state, attached, later, 0);
}

function cancelPending(state: BusState): void {
  for (const cancel of state.pending.splice(0)) cancel();
}
