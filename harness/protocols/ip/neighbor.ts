import { addressAt6, addressBytes6 } from './address6.ts';
import { get16, get32, ipError, put16, put32 } from './ipv4.ts';

/** Options of Neighbor Discovery (RFC 4861 section 4.6, RDNSS RFC 8106 section 5.1). Lifetimes are seconds. */
export type NeighborOption =
  | { readonly kind: 'source-address' | 'target-address'; readonly address: Uint8Array }
  | {
      readonly kind: 'prefix';
      readonly prefix: string;
      readonly length: number;
      readonly onLink: boolean;
      readonly autonomous: boolean;
      readonly validS: number;
      readonly preferredS: number;
    }
  | { readonly kind: 'mtu'; readonly mtu: number }
  | { readonly kind: 'rdnss'; readonly lifetimeS: number; readonly servers: readonly string[] };

/** Bodies of ICMPv6 messages: what follows the checksum. */
export interface RouterAdvertisement {
  /** 0: unspecified. */
  readonly hopLimit: number;
  readonly managed: boolean;
  readonly otherConfiguration: boolean;
  readonly lifetimeS: number;
  readonly options: readonly NeighborOption[];
}

/** Of a solicitation or an advertisement. */
export interface NeighborMessage {
  readonly target: string;
  /** Flags of an advertisement; false in solicitations. */
  readonly router: boolean;
  readonly solicited: boolean;
  readonly override: boolean;
  readonly options: readonly NeighborOption[];
}

export function encodeRouterSolicitation(options: readonly NeighborOption[]): Uint8Array {
  return join(new Uint8Array(4), options);
}

/** @throws HarnessError `ip.truncated`, `ip.bad-length` */
export function decodeRouterSolicitation(body: Uint8Array): readonly NeighborOption[] {
  needs(body, 4);
  return decodeOptions(body, 4);
}

export function encodeRouterAdvertisement(advertisement: RouterAdvertisement): Uint8Array {
  const head = new Uint8Array(12);
  head[0] = advertisement.hopLimit;
  head[1] = (advertisement.managed ? 0x80 : 0) | (advertisement.otherConfiguration ? 0x40 : 0);
  put16(head, 2, advertisement.lifetimeS);
  return join(head, advertisement.options);
}

/** @throws HarnessError `ip.truncated`, `ip.bad-length` */
export function decodeRouterAdvertisement(body: Uint8Array): RouterAdvertisement {
  needs(body, 12);
  const flags = body[1] as number;
  return {
    hopLimit: body[0] as number,
    managed: (flags & 0x80) !== 0,
    otherConfiguration: (flags & 0x40) !== 0,
    lifetimeS: get16(body, 2),
    options: decodeOptions(body, 12),
  };
}

export function encodeNeighborMessage(message: NeighborMessage): Uint8Array {
  const head = new Uint8Array(20);
  head[0] = (message.router ? 0x80 : 0) | (message.solicited ? 0x40 : 0) | (message.override ? 0x20 : 0);
  head.set(addressBytes6(message.target), 4);
  return join(head, message.options);
}

/** @throws HarnessError `ip.truncated`, `ip.bad-length` */
export function decodeNeighborMessage(body: Uint8Array): NeighborMessage {
  needs(body, 20);
  const flags = body[0] as number;
  return {
    target: addressAt6(body, 4),
    router: (flags & 0x80) !== 0,
    solicited: (flags & 0x40) !== 0,
    override: (flags & 0x20) !== 0,
    options: decodeOptions(body, 20),
  };
}

function join(head: Uint8Array, options: readonly NeighborOption[]): Uint8Array {
  return Uint8Array.from([head, ...options.map(encodeOption)].flatMap((part) => [...part]));
}

function encodeOption(option: NeighborOption): Uint8Array {
  switch (option.kind) {
    case 'source-address':
    case 'target-address':
      return Uint8Array.of(option.kind === 'source-address' ? 1 : 2, 1, ...option.address);
    case 'mtu': {
      const out = Uint8Array.of(5, 1, 0, 0, 0, 0, 0, 0);
      put32(out, 4, option.mtu);
      return out;
    }
    case 'prefix': {
      const out = new Uint8Array(32);
      out.set([3, 4, option.length, (option.onLink ? 0x80 : 0) | (option.autonomous ? 0x40 : 0)]);
      put32(out, 4, option.validS);
      put32(out, 8, option.preferredS);
      out.set(addressBytes6(option.prefix), 16);
      return out;
    }
    case 'rdnss': {
      const out = new Uint8Array(8 + 16 * option.servers.length);
      out.set([25, out.length / 8]);
      put32(out, 4, option.lifetimeS);
      option.servers.forEach((server, i) => out.set(addressBytes6(server), 8 + 16 * i));
      return out;
    }
  }
}

/** Unknown options are skipped (RFC 4861 section 4.6). */
function decodeOptions(body: Uint8Array, from: number): NeighborOption[] {
  const options: NeighborOption[] = [];
  for (let at = from; at < body.length;) {
    const length = (body[at + 1] ?? 0) * 8;
    if (length === 0) throw ipError('ip.bad-length', 'a Neighbor Discovery option without length');
    if (at + length > body.length) throw ipError('ip.truncated', 'a Neighbor Discovery option is cut off');
    const option = decodeOption(body.subarray(at, at + length));
    if (option) options.push(option);
    at += length;
  }
  return options;
}

function decodeOption(bytes: Uint8Array): NeighborOption | undefined {
  const type = bytes[0];
  if ((type === 1 || type === 2) && bytes.length === 8) {
    return { kind: type === 1 ? 'source-address' : 'target-address', address: bytes.subarray(2, 8) };
  }
  if (type === 5 && bytes.length === 8) return { kind: 'mtu', mtu: get32(bytes, 4) };
  if (type === 3 && bytes.length === 32) {
    const flags = bytes[3] as number;
    return {
      kind: 'prefix',
      prefix: addressAt6(bytes, 16),
      length: bytes[2] as number,
      onLink: (flags & 0x80) !== 0,
      autonomous: (flags & 0x40) !== 0,
      validS: get32(bytes, 4),
      preferredS: get32(bytes, 8),
    };
  }
  if (type === 25 && bytes.length >= 24) {
    const count = (bytes.length - 8) >>> 4;
    const servers = Array.from({ length: count }, (_, i) => addressAt6(bytes, 8 + 16 * i));
    return { kind: 'rdnss', lifetimeS: get32(bytes, 4), servers };
  }
  return undefined;
}

function needs(body: Uint8Array, length: number): void {
  if (body.length < length) {
    throw ipError(
      'ip.truncated',
      `a Neighbor Discovery message of ${length} bytes ends after ${body.length}`,
    );
  }
}
