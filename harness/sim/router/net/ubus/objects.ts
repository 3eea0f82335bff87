import type { RouterMachine } from '../../machine.ts';
import type { NetifdDaemon } from '../netifd/netifd.ts';
import type { Stack } from '../stack.ts';
import { deviceStatus } from './device-status.ts';
import type { UbusStatus } from './errors.ts';
import { systemBoard, systemInfo } from './system.ts';

export type Arguments = Readonly<Record<string, unknown>>;

/** What a method answers: a table, nothing, or a failure. */
export type Answer =
  { readonly reply: object } | { readonly failed: UbusStatus } | { readonly done: Promise<void> } | undefined;

export interface Method {
  /** Argument names with their types, as `ubus -v list` prints them. */
  readonly signature?: Readonly<Record<string, string>>;
  call?(values: Arguments): Answer;
}

export type UbusObject = Readonly<Record<string, Method>>;

export interface UbusParts {
  readonly stack: Stack;
  readonly netifd: NetifdDaemon;
}

/** The objects of netifd and procd that the simulated router has, by path. */
export function ubusObjects(machine: RouterMachine, parts: UbusParts): ReadonlyMap<string, UbusObject> {
  const { netifd } = parts;
  const objects = new Map<string, UbusObject>();
  objects.set('network', networkObject(netifd));
  objects.set('network.device', deviceObject(parts.stack));
  objects.set('network.interface', interfacesObject(netifd));
  for (const name of netifd.interfaceNames()) {
    objects.set(`network.interface.${name}`, interfaceObject(netifd, name));
  }
  objects.set('service', serviceObject(machine));
  objects.set('system', {
    board: { call: () => ({ reply: systemBoard(machine) }) },
    info: { call: () => ({ reply: systemInfo(machine) }) },
    reboot: { call: () => nothing(() => machine.reboot()) },
  });
  return objects;
}

function networkObject(netifd: NetifdDaemon): UbusObject {
  return {
    restart: { call: () => ({ done: netifd.restart() }) },
    reload: { call: () => nothing(() => netifd.reload()) },
  };
}

function deviceObject(stack: Stack): UbusObject {
  return {
    status: {
      signature: { name: 'String' },
      call: ({ name }) => {
        if (name === undefined) {
          const links = stack.links().toSorted((a, b) => (a.name < b.name ? -1 : 1));
          const known = links.map((link) => [link.name, deviceStatus(stack, link.name)] as const);
          return { reply: Object.fromEntries(known.filter(([, status]) => status !== undefined)) };
        }
        const reply = typeof name === 'string' ? deviceStatus(stack, name) : undefined;
        return reply ? { reply } : { failed: 'Invalid argument' };
      },
    },
  };
}

function interfacesObject(netifd: NetifdDaemon): UbusObject {
  const named =
    (f: (name: string) => Answer) =>
    ({ interface: name }: Arguments): Answer => {
      if (typeof name !== 'string') return { failed: 'Invalid argument' };
      return netifd.interfaceNames().includes(name) ? f(name) : { failed: 'Not found' };
    };
  const signature = { interface: 'String' };
  return {
    up: { signature, call: named((name) => nothing(() => netifd.up(name))) },
    down: { signature, call: named((name) => nothing(() => netifd.down(name))) },
    status: { signature, call: named((name) => ({ reply: netifd.status(name) ?? {} })) },
    dump: {
      call: () => ({
        reply: {
          interface: netifd.interfaceNames().map((name) => ({ interface: name, ...netifd.status(name) })),
        },
      }),
    },
  };
}

/** Methods without `call` are listed, as netifd lists them, but not modelled. */
function interfaceObject(netifd: NetifdDaemon, name: string): UbusObject {
  const device = { name: 'String', 'link-ext': 'Boolean', vlan: 'Array' };
  return {
    up: { call: () => nothing(() => netifd.up(name)) },
    down: { call: () => nothing(() => netifd.down(name)) },
    renew: {},
    status: { call: () => ({ reply: netifd.status(name) ?? {} }) },
    prepare: {},
    dump: {},
    add_device: { signature: device },
    remove_device: { signature: device },
    notify_proto: {},
    remove: {},
    set_data: {},
  };
}

function serviceObject(machine: RouterMachine): UbusObject {
  return {
    list: {
      signature: { name: 'String', verbose: 'Boolean' },
      call: ({ name }) => {
        const names = [...machine.services]
          .filter(([, service]) => service.daemon === true)
          .map(([key]) => key);
        const wanted = typeof name === 'string' ? names.filter((key) => key === name) : names.sort();
        return { reply: Object.fromEntries(wanted.map((key) => [key, serviceStatus(machine, key)])) };
      },
    },
  };
}

/** Init scripts whose daemon has another name. */
const DAEMON_NAMES: Readonly<Record<string, string>> = { network: 'netifd', log: 'logd', sysntpd: 'ntpd' };

function serviceStatus(machine: RouterMachine, name: string): object {
  const daemon = DAEMON_NAMES[name] ?? name;
  const process = machine.processes
    .list()
    .find(({ command }) => command.split(' ')[0]?.endsWith(`/${daemon}`));
  if (!process || !machine.services.get(name)?.running) return {};
  return {
    instances: { instance1: { running: true, pid: process.pid, command: process.command.split(' ') } },
  };
}

function nothing(f: () => unknown): undefined {
  f();
  return undefined;
}
