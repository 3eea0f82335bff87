import type { Clock } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';
import { addressBytes } from '../../../../protocols/ip/address.ts';
import { checksum } from '../../../../protocols/ip/checksum.ts';
import { get16, ipProtocol, put16 } from '../../../../protocols/ip/ipv4.ts';
import { transportChecksum, type PacketView } from '../../../../protocols/ip/packet.ts';
import { sameBytes } from '../../../network/internet/internet.ts';

export interface NatOptions {
  readonly clock: Clock;
  /** The router's own address on the host's side: DNS that is sent there goes to the network's name server. */
  readonly router: string;
  /** Of the data session, as long as there is one. */
  readonly outside: () => { readonly address: string; readonly dns: string | undefined } | undefined;
}

/** Network address and port translation for IPv4 (RFC 3022): TCP, UDP and ICMP echo. */
export interface Nat {
  /** The packet as it goes out; undefined: it has no way out. */
  outwards(view: PacketView): Uint8Array | undefined;
  /** The packet as the host gets it; undefined: nobody asked for it. */
  inwards(view: PacketView): Uint8Array | undefined;
  clear(): void;
}

interface Flow {
  readonly protocol: number;
  readonly inside: Uint8Array;
  readonly insidePort: number;
  readonly outsidePort: number;
  /** The host sent it to the router's own address. */
  readonly proxied: boolean;
  lastUsed: Ms;
}

/** Flows at a time; the one that was silent longest makes room. */
const MAX_FLOWS = 1_024;
const IDLE_MS: Readonly<Record<number, Ms>> = {
  [ipProtocol.tcp]: 7_440_000, // RFC 5382: 2 hours 4 minutes
  [ipProtocol.udp]: 300_000, // RFC 4787
  [ipProtocol.icmp]: 60_000, // RFC 5508
};
const FIRST_PORT = 1_024;
const DNS_PORT = 53;

export function createNat(options: NatOptions): Nat {
  const flows = createFlowTable(options.clock);
  const router = addressBytes(options.router);
  return {
    outwards: (view) => {
      const outside = options.outside();
      const port = portAt(view, 'source');
      if (!outside || port === undefined) return undefined;
      const { bytes, protocol } = view;
      const proxied = sameBytes(bytes.subarray(16, 20), router);
      if (proxied && (portAt(view, 'destination') !== DNS_PORT || outside.dns === undefined))
        return undefined;
      const { outsidePort } = flows.from(protocol, bytes.subarray(12, 16), port, proxied);
      const packet = bytes.slice(0, view.end);
      packet.set(addressBytes(outside.address), 12);
      if (proxied && outside.dns !== undefined) packet.set(addressBytes(outside.dns), 16);
      return finish(packet, view, 'source', outsidePort);
    },
    inwards: (view) => {
      const port = portAt(view, 'destination');
      const flow = port === undefined ? undefined : flows.to(view.protocol, port);
      if (!flow) return undefined;
      const packet = view.bytes.slice(0, view.end);
      packet.set(flow.inside, 16);
      if (flow.proxied) packet.set(router, 12);
      return finish(packet, view, 'destination', flow.insidePort);
    },
    clear: () => flows.clear(),
  };
}

interface FlowTable {
  /** The flow from this inside port, a new one if need be. */
  from(protocol: number, inside: Uint8Array, insidePort: number, proxied: boolean): Flow;
  /** The flow that has this outside port. */
  to(protocol: number, outsidePort: number): Flow | undefined;
  clear(): void;
}

function createFlowTable(clock: Clock): FlowTable {
  const byInside = new Map<string, Flow>();
  const byOutside = new Map<string, Flow>();

  const forget = (flow: Flow): void => {
    byInside.delete(insideKey(flow.protocol, flow.inside, flow.insidePort, flow.proxied));
    byOutside.delete(`${flow.protocol}/${flow.outsidePort}`);
  };

  const present = (flow: Flow | undefined): Flow | undefined => {
    if (!flow || clock.now() - flow.lastUsed <= (IDLE_MS[flow.protocol] ?? 0)) return flow;
    forget(flow);
    return undefined;
  };

  const used = (flow: Flow | undefined): Flow | undefined => {
    const found = present(flow);
    if (found) found.lastUsed = clock.now();
    return found;
  };

  const open = (protocol: number, inside: Uint8Array, insidePort: number, proxied: boolean): Flow => {
    if (byOutside.size >= MAX_FLOWS) forget(oldest(byOutside));
    let outsidePort = insidePort;
    while (present(byOutside.get(`${protocol}/${outsidePort}`))) outsidePort = after(outsidePort);
    const flow = {
      protocol,
      inside: inside.slice(),
      insidePort,
      outsidePort,
      proxied,
      lastUsed: clock.now(),
    };
    byInside.set(insideKey(protocol, inside, insidePort, proxied), flow);
    byOutside.set(`${protocol}/${outsidePort}`, flow);
    return flow;
  };

  return {
    from: (protocol, inside, insidePort, proxied) =>
      used(byInside.get(insideKey(protocol, inside, insidePort, proxied))) ??
      open(protocol, inside, insidePort, proxied),
    to: (protocol, outsidePort) => used(byOutside.get(`${protocol}/${outsidePort}`)),
    clear: () => {
      byInside.clear();
      byOutside.clear();
    },
  };
}

/** The port of one side, or the identifier of an echo; undefined: a packet without. */
function portAt(
  { bytes, protocol, start, end, fragment }: PacketView,
  side: 'source' | 'destination',
): number | undefined {
  if (fragment || end - start < 8) return undefined;
  if (protocol === ipProtocol.icmp) {
    const isEcho = bytes[start] === 8 || bytes[start] === 0;
    return isEcho ? get16(bytes, start + 4) : undefined;
  }
  if (protocol !== ipProtocol.tcp && protocol !== ipProtocol.udp) return undefined;
  return get16(bytes, start + (side === 'source' ? 0 : 2));
}

/** Puts the new port in and makes the checksums right; the IPv4 options stay. */
function finish(
  packet: Uint8Array,
  view: PacketView,
  side: 'source' | 'destination',
  port: number,
): Uint8Array {
  const { protocol, start, end } = view;
  packet[8] = Math.max(1, view.hopLimit - 1);
  put16(packet, 10, 0);
  put16(packet, 10, checksum(packet, 0, start));
  if (protocol === ipProtocol.icmp) {
    put16(packet, start + 4, port);
    put16(packet, start + 2, 0);
    put16(packet, start + 2, checksum(packet, start, end));
    return packet;
  }
  const at = start + (protocol === ipProtocol.tcp ? 16 : 6);
  put16(packet, start + (side === 'source' ? 0 : 2), port);
  put16(packet, at, 0);
  put16(packet, at, transportChecksum(packet, 4, protocol, start, end) || 0xffff);
  return packet;
}

function insideKey(protocol: number, address: Uint8Array, port: number, proxied: boolean): string {
  return `${protocol}/${address.join('.')}/${port}/${proxied ? 'router' : ''}`;
}

function after(port: number): number {
  return port >= 0xffff || port < FIRST_PORT ? FIRST_PORT : port + 1;
}

function oldest(flows: ReadonlyMap<string, Flow>): Flow {
  return [...flows.values()].reduce((a, b) => (b.lastUsed < a.lastUsed ? b : a));
}
