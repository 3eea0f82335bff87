import { isHarnessError } from '../../../core/errors.ts';
import { formatAddress, parseAddress } from '../../../protocols/ip/address.ts';
import { answerEcho, decodeEcho } from '../../../protocols/ip/icmp.ts';
import { get16, get32, IPV4_HEADER, ipProtocol } from '../../../protocols/ip/ipv4.ts';
import type { FileSystem, IpStack, NetDevice, Route } from '../machine.ts';
import { createLink, type Link, type LinkFields } from './link.ts';
import { createNetFiles, type NetFiles } from './sys-class-net.ts';
import { byPreference, connectedRoute, prepareRoute, type PreparedRoute } from './route-table.ts';

/** TTL of what the router itself sends (net.ipv4.ip_default_ttl). */
export const DEFAULT_TTL = 64;

type EchoListener = (seq: number, from: string, ttl: number, bytes: number) => void;

/** The kernel's IPv4 with what the router's own programs need to know beyond the contract. */
export interface Stack extends IpStack {
  /** Devices with or without an address, in the order of their index. */
  links(): readonly Link[];
  link(name: string): Link | undefined;
  /** Makes a device known that has no address yet (eth0, wwan0); an existing one is kept. */
  addLink(fields: LinkFields): Link;
  removeLink(name: string): void;
  device(name: string): NetDevice | undefined;
  /** The address that a packet to there would be sent from; undefined: no route. */
  sourceFor(destination: string): string | undefined;
}

interface State {
  readonly devices: Map<string, NetDevice>;
  readonly links: Map<string, Link>;
  routes: PreparedRoute[];
  readonly local: Map<number, NetDevice>;
  readonly listeners: Map<number, EchoListener>;
  /** By port. */
  readonly udp: Map<number, (device: string, packet: Uint8Array) => void>;
  nextIndex: number;
  readonly files: NetFiles;
}

/** @param files where devices are shown. */
export function createStack(files: FileSystem): Stack {
  const state: State = {
    devices: new Map(),
    links: new Map(),
    routes: [],
    local: new Map(),
    listeners: new Map(),
    udp: new Map(),
    nextIndex: 1,
    files: createNetFiles(files, () => [...state.links.values()]),
  };
  const stack: Stack = {
    devices: () => [...state.devices.values()],
    device: (name) => state.devices.get(name),
    links: () => [...state.links.values()],
    link: (name) => state.links.get(name),
    addLink: (fields) => addLink(state, fields),
    removeLink: (name) => {
      stack.removeDevice(name);
      removeLink(state, name);
    },
    setDevice: (device) => setDevice(state, device),
    removeDevice: (name) => removeDevice(state, name),
    routes: () => state.routes.map(({ route }) => route),
    addRoute: (route) => addRoute(state, route),
    removeRoutes: (device) => {
      state.routes = state.routes.filter(({ route }) => route.device !== device);
    },
    receive: (device, packet) => receive(state, device, packet),
    onEchoReply: (id, f) => {
      if (f) state.listeners.set(id, f);
      else state.listeners.delete(id);
    },
    onUdp: (port, f) => {
      if (f) state.udp.set(port, f);
      else state.udp.delete(port);
    },
    send: (packet) => send(state, packet),
    sourceFor: (destination) => sourceFor(state, destination),
  };
  return stack;
}

function addLink(state: State, fields: LinkFields): Link {
  const existing = state.links.get(fields.name);
  if (existing) return existing;
  const link = createLink(state.nextIndex++, fields);
  state.links.set(fields.name, link);
  state.files.added(link);
  return link;
}

function setDevice(state: State, device: NetDevice): void {
  forgetAddress(state, device.name);
  const link = addLink(state, { name: device.name, kind: device.kind, mtu: device.mtu });
  link.mtu = device.mtu;
  state.devices.set(device.name, device);
  if (device.address) state.local.set(parseAddress(device.address.local), device);
  const route = connectedRoute(device);
  if (route) addRoute(state, route);
}

/** A point-to-point device goes away with its link; others only lose their address. */
function removeDevice(state: State, name: string): void {
  const device = state.devices.get(name);
  forgetAddress(state, name);
  state.devices.delete(name);
  if (device?.kind === 'ppp') removeLink(state, name);
}

function removeLink(state: State, name: string): void {
  const link = state.links.get(name);
  state.links.delete(name);
  if (link) state.files.removed(link);
}

function forgetAddress(state: State, name: string): void {
  const address = state.devices.get(name)?.address;
  if (address) state.local.delete(parseAddress(address.local));
  state.routes = state.routes.filter(({ route }) => route.device !== name);
}

function addRoute(state: State, route: Route): void {
  state.routes.push(prepareRoute(route));
  state.routes.sort(byPreference);
}

function lookUp(state: State, destination: number): PreparedRoute | undefined {
  for (const candidate of state.routes) {
    if ((destination & candidate.mask) >>> 0 === candidate.network) return candidate;
  }
  return undefined;
}

function sourceFor(state: State, destination: string): string | undefined {
  const to = parseAddress(destination);
  if (isLocal(state, to)) return destination;
  const found = lookUp(state, to)?.route;
  return found && (found.source ?? state.devices.get(found.device)?.address?.local);
}

function isLocal(state: State, address: number): boolean {
  return address >>> 24 === 127 || state.local.has(address);
}

function send(state: State, packet: Uint8Array): boolean {
  const destination = get32(packet, 16);
  if (isLocal(state, destination)) {
    queueMicrotask(() => receive(state, 'lo', packet));
    return true;
  }
  const found = lookUp(state, destination);
  if (!found) return false;
  const name = found.route.device;
  count(state.links.get(name), packet.length, 'tx');
  state.devices.get(name)?.send?.(packet);
  return true;
}

/** Transit traffic is dropped: nobody lives on the LAN of a simulated router. */
function receive(state: State, device: string, packet: Uint8Array): void {
  if (packet.length < IPV4_HEADER || (packet[0] as number) >>> 4 !== 4) return undefined;
  count(state.links.get(device), packet.length, 'rx');
  if (packet[9] === ipProtocol.udp && state.udp.size > 0) {
    const header = ((packet[0] as number) & 15) * 4;
    const port = packet.length >= header + 4 ? get16(packet, header + 2) : 0;
    const listener = state.udp.get(port);
    if (listener) return listener(device, packet);
  }
  if (!isLocal(state, get32(packet, 16))) return;
  try {
    deliver(state, packet);
  } catch (error) {
    if (isHarnessError(error) && error.code.startsWith('ip.')) return; // the kernel drops what is damaged
    throw error;
  }
}

function deliver(state: State, packet: Uint8Array): void {
  const echo = decodeEcho(packet);
  if (!echo) return;
  if (echo.type === 'reply') {
    state.listeners.get(echo.id)?.(echo.seq, echo.source, echo.ttl, echo.payload.length + 8);
    return;
  }
  const answer = answerEcho(packet, DEFAULT_TTL);
  if (answer) send(state, answer);
}

function count(link: Link | undefined, bytes: number, way: 'rx' | 'tx'): void {
  if (!link) return;
  link.counters[way === 'rx' ? 'rxPackets' : 'txPackets']++;
  link.counters[way === 'rx' ? 'rxBytes' : 'txBytes'] += bytes;
}

/** `10.0.2.255`, the last address of a network. */
export function broadcastOf(address: string, length: number): string {
  const host = length === 0 ? 0xffffffff : 2 ** (32 - length) - 1;
  return formatAddress((parseAddress(address) | host) >>> 0);
}
