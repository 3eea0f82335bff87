import type { Cancel } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';
import type { Netifd, RouterMachine, UciSection } from '../../machine.ts';
import type { Firewall } from '../firewall.ts';
import type { Stack } from '../stack.ts';
import { addDevices, mainDevice } from './devices.ts';
import { installHandlers } from './handlers.ts';
import { Interface, type InterfaceEvents } from './interface.ts';
import { claimDevice, deviceGone } from './claimed-device.ts';
import { configure, unconfigure } from './layer3.ts';
import { createResolver } from './resolver.ts';
import { createDhcpProto } from './proto-dhcp.ts';
import { dhcpv6Proto, noneProto, staticProto } from './static.ts';
import { interfaceStatus } from './status.ts';
import { flagOf, optionOf, type ChildInterface, type Proto } from './types.ts';

/** netifd with its beginning, its end and its hotplug scripts. */
export interface NetifdDaemon extends Netifd {
  /** Makes the board's own ports and the bridges of the configuration known. */
  findDevices(): void;
  start(): void;
  stop(): void;
  /** `/etc/init.d/network restart`: everything down, and up again from the configuration. */
  restart(): Promise<void>;
  /** A tty, a usbmisc node (their hotplug scripts tell netifd) or a network device came or went. */
  hotplug(node: string, action: 'add' | 'remove'): void;
}

export interface NetifdParts {
  readonly firewall: Firewall;
}

/** From the kernel's event to the end of the hotplug script: procd runs them one after another. */
const HOTPLUG_MS: Ms = 400;
/** /etc/init.d/network restart: "ifdown -a; sleep 1". */
const RESTART_PAUSE_MS: Ms = 1_000;

interface State {
  readonly machine: RouterMachine;
  readonly stack: Stack;
  readonly firewall: Firewall;
  readonly protos: Readonly<Record<string, Proto>>;
  readonly interfaces: Map<string, Interface>;
  readonly events: InterfaceEvents;
  readonly timers: Set<Cancel>;
  /** The power is off: what was still waiting must not wake anything. */
  stopped: boolean;
}

export function createNetifd(machine: RouterMachine, stack: Stack, parts: NetifdParts): NetifdDaemon {
  const interfaces = new Map<string, Interface>();
  const writeResolver = createResolver(machine);
  const updateResolver = (): void =>
    writeResolver(
      sorted(interfaces)
        .filter((iface) => (iface.layer3?.dns.length ?? 0) > 0)
        .map((iface) => ({ interfaceName: iface.name, servers: iface.layer3?.dns ?? [] })),
    );
  const state: State = {
    machine,
    stack,
    firewall: parts.firewall,
    protos: Object.fromEntries(
      [
        staticProto,
        noneProto,
        createDhcpProto(machine, stack),
        dhcpv6Proto,
        ...installHandlers(machine, stack),
      ].map((proto) => [proto.name, proto]),
    ),
    interfaces,
    events: {
      configured: (iface, layer3) => configure(stack, iface, layer3),
      up: (iface) => {
        updateResolver();
        parts.firewall.hotplug(iface.name, iface.layer3?.device ?? '', iface.parent?.name);
      },
      unconfigured: (_iface, layer3) => {
        unconfigure(stack, layer3);
        updateResolver();
      },
      child: (parent, child) => addChild(state, parent, child),
      leaving: (iface) => removeChildren(state, iface),
      claim: (iface) => claimDevice(machine, stack, iface),
    },
    timers: new Set(),
    stopped: false,
  };
  return {
    interfaceNames: () => sorted(interfaces).map(({ name }) => name),
    up: (name) => act(interfaces, name, (iface) => iface.setUp()),
    down: (name) => act(interfaces, name, (iface) => iface.setDown()),
    status: (name) => {
      const iface = interfaces.get(name);
      return iface && interfaceStatus(machine, iface);
    },
    reload: () => applyConfiguration(state),
    findDevices: () => {
      stack.addLink({ name: 'lo', kind: 'loopback' });
      addDevices(machine, stack, machine.uci.committed('network') ?? []);
    },
    start: () => applyConfiguration(state),
    stop: () => stop(state),
    restart: () => restart(state),
    hotplug: (node, action) => hotplug(state, node, action),
  };
}

function sorted(interfaces: ReadonlyMap<string, Interface>): Interface[] {
  return [...interfaces.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function act(
  interfaces: ReadonlyMap<string, Interface>,
  name: string,
  f: (iface: Interface) => void,
): boolean {
  const iface = interfaces.get(name);
  if (iface) f(iface);
  return iface !== undefined;
}

/** Compares the configuration with what is there: new, changed and removed interfaces. */
function applyConfiguration(state: State): void {
  if (state.stopped) return;
  const sections = state.machine.uci.committed('network') ?? [];
  addDevices(state.machine, state.stack, sections);
  const wanted = new Map(
    sections
      .filter((section) => section.type === 'interface' && !flagOf(section, 'disabled', false))
      .map((section) => [section.name, section]),
  );
  for (const iface of sorted(state.interfaces)) {
    if (iface.parent) continue;
    const section = wanted.get(iface.name);
    if (section && sameOptions(section, iface.section)) continue;
    iface.remove(() => {
      if (state.interfaces.get(iface.name) !== iface) return;
      state.interfaces.delete(iface.name);
      const now = wantedNow(state, iface.name);
      if (!now) return;
      addInterface(state, now);
      // An `ifup` while it was on its way down is of the new one. Source: netifd interface.c, interface_set_up (autostart).
      if (iface.autostart) act(state.interfaces, iface.name, (next) => next.setUp());
    });
  }
  for (const section of wanted.values())
    if (!state.interfaces.has(section.name)) addInterface(state, section);
}

/** The section as it is when an old interface has gone: it may have changed again meanwhile. */
function wantedNow(state: State, name: string): UciSection | undefined {
  return (state.machine.uci.committed('network') ?? []).find(
    (section) => section.type === 'interface' && section.name === name && !flagOf(section, 'disabled', false),
  );
}

function addInterface(state: State, section: UciSection): void {
  const proto = state.protos[optionOf(section, 'proto') ?? 'none'];
  const device = mainDevice(section);
  const iface = new Interface(
    state.machine,
    {
      section,
      // A protocol without its handler is treated as none, and its device is never there.
      proto: proto ?? noneProto,
      device,
      autostart: flagOf(section, 'auto', true),
      carrier: state.stack.link(device ?? '')?.carrier ?? false,
    },
    state.events,
  );
  // A device that is yet to come (usb0) is one that is not available.
  if (!proto || (proto.needsCarrier && device !== undefined && !state.stack.link(device)))
    iface.available = false;
  state.interfaces.set(section.name, iface);
  if (iface.autostart) iface.setUp();
}

/** netifd's words for an interface that a handler made: its device is there already. */
function addChild(state: State, parent: Interface, { name, device, proto, options }: ChildInterface): void {
  const handler = state.protos[proto];
  if (!handler || state.interfaces.has(name)) return;
  const zone = state.firewall.zoneOf(parent.name);
  const section: UciSection = {
    name,
    anonymous: false,
    type: 'interface',
    options: new Map(Object.entries({ ...options, ...(zone === undefined ? {} : { zone }), proto, device })),
  };
  const fields = { section, proto: handler, device, autostart: true, carrier: true, parent };
  const iface = new Interface(state.machine, fields, state.events);
  state.interfaces.set(name, iface);
  netifdSays(state.machine, `Interface '${name}' is enabled`);
  // Static addresses are set before netifd comes round to looking at the link.
  const connected = (): void => netifdSays(state.machine, `Interface '${name}' has link connectivity`);
  if (proto !== 'static') connected();
  iface.setUp();
  if (proto === 'static') connected();
}

function removeChildren(state: State, parent: Interface): void {
  for (const child of sorted(state.interfaces).filter((one) => one.parent === parent)) {
    netifdSays(state.machine, `Interface '${child.name}' is disabled`);
    netifdSays(state.machine, `Network alias '' link is down`);
    netifdSays(state.machine, `Interface '${child.name}' has link connectivity loss`);
    child.remove(() => {
      if (state.interfaces.get(child.name) === child) state.interfaces.delete(child.name);
    });
  }
}

function netifdSays(machine: RouterMachine, text: string): void {
  machine.log.add('daemon.notice', 'netifd', text);
}

function sameOptions(a: UciSection, b: UciSection): boolean {
  const text = (section: UciSection): string =>
    JSON.stringify([...section.options].sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}

function hotplug(state: State, node: string, action: 'add' | 'remove'): void {
  for (const iface of sorted(state.interfaces)) {
    if (!iface.proto.needsCarrier || iface.device !== node) continue;
    if (action === 'remove') deviceGone(state.machine, iface);
    iface.setAvailable(action === 'add');
  }
  const cancel = state.machine.clock.after(HOTPLUG_MS, () => {
    state.timers.delete(cancel);
    for (const iface of sorted(state.interfaces)) {
      if (!['3g', 'qmi', 'mbim'].includes(iface.proto.name)) continue;
      if (optionOf(iface.section, 'device') !== `/dev/${node}`) continue;
      iface.setAvailable(action === 'add');
    }
  });
  state.timers.add(cancel);
}

async function restart(state: State): Promise<void> {
  await Promise.all(
    sorted(state.interfaces).map(
      (iface) =>
        new Promise<void>((resolve) =>
          iface.remove(() => {
            state.interfaces.delete(iface.name);
            resolve();
          }),
        ),
    ),
  );
  await state.machine.clock.sleep(RESTART_PAUSE_MS);
  applyConfiguration(state);
}

function stop(state: State): void {
  state.stopped = true;
  for (const cancel of state.timers) cancel();
  state.timers.clear();
  state.firewall.stop();
  for (const iface of sorted(state.interfaces)) iface.stop();
  state.interfaces.clear();
}
