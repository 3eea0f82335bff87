import { HarnessError } from '../../core/errors.ts';
import { addressAt, addressBytes } from '../ip/address.ts';
import { get16, get32, put16, put32 } from '../ip/ipv4.ts';

/** Values of option 53 (RFC 2132 section 9.6). */
export const dhcpType = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;

export type DhcpType = keyof typeof dhcpType;

/** Option codes that are used here (RFC 2132). */
export const dhcpOption = {
  subnetMask: 1,
  router: 3,
  dns: 6,
  mtu: 26,
  requestedAddress: 50,
  leaseTime: 51,
  messageType: 53,
  serverId: 54,
} as const;

/** A DHCPv4 message (RFC 2131 section 2). Addresses are dotted quads, `0.0.0.0` where there is none. */
export interface DhcpMessage {
  readonly operation: 'request' | 'reply';
  readonly type: DhcpType;
  readonly hardwareType: number;
  readonly transaction: number;
  readonly seconds: number;
  /** The client can't take unicast before it has an address. */
  readonly broadcast: boolean;
  readonly clientAddress: string;
  readonly yourAddress: string;
  readonly serverAddress: string;
  readonly relayAddress: string;
  /** As many octets as its length field says, at most sixteen. */
  readonly clientHardware: Uint8Array;
  /** By code, without the message type, pad and end. */
  readonly options: ReadonlyMap<number, Uint8Array>;
}

const FIXED = 236;
const COOKIE = 0x63825363;
/** BOOTP's smallest message (RFC 1542 section 2.1): some clients drop shorter ones. */
const MIN_LENGTH = 300;

const names = new Map<number, DhcpType>(
  Object.entries(dhcpType).map(([name, number]) => [number, name as DhcpType]),
);

export function encodeDhcp(message: DhcpMessage): Uint8Array {
  const options: (readonly [number, Uint8Array])[] = [
    [dhcpOption.messageType, Uint8Array.of(dhcpType[message.type])],
    ...message.options,
  ];
  const length = options.reduce((sum, [, value]) => sum + 2 + value.length, FIXED + 4 + 1);
  const bytes = new Uint8Array(Math.max(MIN_LENGTH, length));
  bytes[0] = message.operation === 'request' ? 1 : 2;
  bytes[1] = message.hardwareType;
  bytes[2] = message.clientHardware.length;
  put32(bytes, 4, message.transaction);
  put16(bytes, 8, message.seconds);
  put16(bytes, 10, message.broadcast ? 0x8000 : 0);
  bytes.set(addressBytes(message.clientAddress), 12);
  bytes.set(addressBytes(message.yourAddress), 16);
  bytes.set(addressBytes(message.serverAddress), 20);
  bytes.set(addressBytes(message.relayAddress), 24);
  bytes.set(message.clientHardware.subarray(0, 16), 28);
  put32(bytes, FIXED, COOKIE);
  let at = FIXED + 4;
  for (const [code, value] of options) {
    bytes.set([code, value.length], at);
    bytes.set(value, at + 2);
    at += 2 + value.length;
  }
  bytes[at] = 255;
  return bytes;
}

/**
 * An option that is there more than once is put together (RFC 3396); options inside `sname` and `file` are not read.
 * @throws HarnessError `dhcp.truncated`, `dhcp.bad-message`
 */
export function decodeDhcp(bytes: Uint8Array): DhcpMessage {
  if (bytes.length < FIXED + 4) throw dhcpError('dhcp.truncated', `a DHCP message of ${bytes.length} bytes`);
  const operation = bytes[0];
  const hardwareLength = bytes[2] as number;
  if ((operation !== 1 && operation !== 2) || hardwareLength > 16 || get32(bytes, FIXED) !== COOKIE) {
    throw dhcpError('dhcp.bad-message', 'neither request nor reply of DHCP');
  }
  const options = decodeOptions(bytes);
  const type = names.get(options.get(dhcpOption.messageType)?.[0] ?? 0);
  if (!type) throw dhcpError('dhcp.bad-message', 'a DHCP message without a known type');
  options.delete(dhcpOption.messageType);
  return {
    operation: operation === 1 ? 'request' : 'reply',
    type,
    hardwareType: bytes[1] as number,
    transaction: get32(bytes, 4),
    seconds: get16(bytes, 8),
    broadcast: (get16(bytes, 10) & 0x8000) !== 0,
    clientAddress: addressAt(bytes, 12),
    yourAddress: addressAt(bytes, 16),
    serverAddress: addressAt(bytes, 20),
    relayAddress: addressAt(bytes, 24),
    clientHardware: bytes.subarray(28, 28 + hardwareLength),
    options,
  };
}

function decodeOptions(bytes: Uint8Array): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  for (let at = FIXED + 4; at < bytes.length && bytes[at] !== 255;) {
    const code = bytes[at] as number;
    if (code === 0) {
      at++;
      continue;
    }
    const length = bytes[at + 1];
    if (length === undefined || at + 2 + length > bytes.length) {
      throw dhcpError('dhcp.truncated', `DHCP option ${code} is cut off`);
    }
    const value = bytes.subarray(at + 2, at + 2 + length);
    const before = options.get(code);
    options.set(code, before ? Uint8Array.of(...before, ...value) : value);
    at += 2 + length;
  }
  return options;
}

function dhcpError(code: `dhcp.${string}`, message: string): HarnessError {
  return new HarnessError(message, { code, blame: 'dut', effect: 'none' });
}
