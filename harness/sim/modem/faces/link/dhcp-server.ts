import { isHarnessError } from '../../../../core/errors.ts';
import {
  decodeDhcp,
  dhcpOption,
  encodeDhcp,
  type DhcpMessage,
  type DhcpType,
} from '../../../../protocols/dhcp/message.ts';
import { addressAt, addressBytes } from '../../../../protocols/ip/address.ts';
import { ipProtocol, get16, put16, put32 } from '../../../../protocols/ip/ipv4.ts';
import type { PacketView } from '../../../../protocols/ip/packet.ts';
import { decodeUdp, encodeUdp } from '../../../../protocols/ip/udp.ts';

/** What the one client of a modem's DHCP server is told. */
export interface DhcpLease {
  readonly address: string;
  readonly prefixLength: number;
  /** Also the server's own address. */
  readonly gateway: string;
  readonly dns: readonly string[];
  readonly mtu: number;
  readonly leaseS: number;
}

const SERVER_PORT = 67;
const CLIENT_PORT = 68;
const NOWHERE = '0.0.0.0';

/** Is it for a DHCP server? The data path asks this of every packet. */
export function isForDhcpServer({ bytes, family, protocol, start, end, fragment }: PacketView): boolean {
  if (family !== 4 || protocol !== ipProtocol.udp || fragment || end - start < 8) return false;
  return get16(bytes, start + 2) === SERVER_PORT;
}

/** The packet that answers a client's (RFC 2131 section 4.3); undefined: nothing is said. */
export function answerDhcp(view: PacketView, lease: DhcpLease): Uint8Array | undefined {
  const request = read(view);
  if (request?.operation !== 'request') return undefined;
  const type = replyType(request, lease);
  if (!type) return undefined;
  const reply = replyTo(request, type, lease);
  return encodeUdp({
    source: addressBytes(lease.gateway),
    destination: addressBytes(destinationOf(request, reply)),
    sourcePort: SERVER_PORT,
    destinationPort: CLIENT_PORT,
    hopLimit: 64,
    payload: encodeDhcp(reply),
  });
}

function replyType(request: DhcpMessage, lease: DhcpLease): DhcpType | undefined {
  if (request.type === 'discover') return 'offer';
  if (request.type === 'inform') return 'ack';
  if (request.type !== 'request') return undefined;
  const server = addressIn(request, dhcpOption.serverId);
  if (server !== undefined && server !== lease.gateway) return undefined; // it took another server's offer
  const wanted = addressIn(request, dhcpOption.requestedAddress) ?? request.clientAddress;
  return wanted === lease.address ? 'ack' : 'nak';
}

function replyTo(request: DhcpMessage, type: DhcpType, lease: DhcpLease): DhcpMessage {
  const { hardwareType, transaction, broadcast, relayAddress, clientHardware } = request;
  const server = [dhcpOption.serverId, addressBytes(lease.gateway)] as const;
  const leased = type !== 'nak' && request.type !== 'inform';
  return {
    operation: 'reply',
    type,
    hardwareType,
    transaction,
    seconds: 0,
    broadcast,
    clientAddress: type === 'nak' ? NOWHERE : request.clientAddress,
    yourAddress: leased ? lease.address : NOWHERE,
    serverAddress: type === 'nak' ? NOWHERE : lease.gateway,
    relayAddress,
    clientHardware,
    options: new Map(type === 'nak' ? [server] : [server, ...settings(lease, leased)]),
  };
}

function settings(lease: DhcpLease, leased: boolean): (readonly [number, Uint8Array])[] {
  const mask = lease.prefixLength === 0 ? 0 : (0xffff_ffff << (32 - lease.prefixLength)) >>> 0;
  return [
    ...(leased ? [[dhcpOption.leaseTime, number32(lease.leaseS)] as const] : []),
    [dhcpOption.subnetMask, number32(mask)],
    [dhcpOption.router, addressBytes(lease.gateway)],
    [dhcpOption.dns, Uint8Array.from(lease.dns.flatMap((server) => [...addressBytes(server)]))],
    [dhcpOption.mtu, number16(lease.mtu)],
  ];
}

function destinationOf(request: DhcpMessage, reply: DhcpMessage): string {
  if (reply.type === 'nak') return '255.255.255.255';
  if (request.clientAddress !== NOWHERE) return request.clientAddress;
  return request.broadcast ? '255.255.255.255' : reply.yourAddress;
}

function addressIn(message: DhcpMessage, code: number): string | undefined {
  const value = message.options.get(code);
  return value?.length === 4 ? addressAt(value, 0) : undefined;
}

function read(view: PacketView): DhcpMessage | undefined {
  try {
    const datagram = decodeUdp(view);
    return datagram && decodeDhcp(datagram.payload);
  } catch (error) {
    if (isHarnessError(error) && /^(?:ip|dhcp)\./.test(error.code)) return undefined;
    throw error;
  }
}

function number16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  put16(bytes, 0, value);
  return bytes;
}

function number32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  put32(bytes, 0, value);
  return bytes;
}
