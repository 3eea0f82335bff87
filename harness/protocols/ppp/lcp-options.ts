import type { RawOption } from './control.ts';
import { pppProtocol } from './protocols.ts';

export type Authentication = 'pap' | 'chap-md5';

/** LCP's configuration options (RFC 1661 section 6, RFC 1662 section 7.1). */
export type LcpOption =
  | { readonly kind: 'mru'; readonly octets: number }
  | { readonly kind: 'accm'; readonly map: number }
  | { readonly kind: 'authentication'; readonly method: Authentication }
  | { readonly kind: 'magic'; readonly number: number }
  | { readonly kind: 'protocol-compression' }
  | { readonly kind: 'address-compression' }
  /** Any other type, any other method, and known types of the wrong length. */
  | { readonly kind: 'other'; readonly type: number; readonly data: Uint8Array };

const type = { mru: 1, accm: 2, authentication: 3, magic: 5, protocolCompression: 7, addressCompression: 8 };
/** CHAP's algorithm octet for MD5 (RFC 1994 section 3). */
const CHAP_MD5 = 5;

export function encodeLcpOption(option: LcpOption): RawOption {
  switch (option.kind) {
    case 'mru':
      return { type: type.mru, data: number16(option.octets) };
    case 'accm':
      return { type: type.accm, data: number32(option.map) };
    case 'authentication':
      return option.method === 'pap'
        ? { type: type.authentication, data: number16(pppProtocol.pap) }
        : { type: type.authentication, data: Uint8Array.of(...number16(pppProtocol.chap), CHAP_MD5) };
    case 'magic':
      return { type: type.magic, data: number32(option.number) };
    case 'protocol-compression':
      return { type: type.protocolCompression, data: NOTHING };
    case 'address-compression':
      return { type: type.addressCompression, data: NOTHING };
    case 'other':
      return { type: option.type, data: option.data };
  }
}

export function decodeLcpOption(raw: RawOption): LcpOption {
  const { data } = raw;
  const key = `${raw.type}/${data.length}`;
  if (key === `${type.mru}/2`) return { kind: 'mru', octets: read(data) };
  if (key === `${type.accm}/4`) return { kind: 'accm', map: read(data) };
  if (key === `${type.magic}/4`) return { kind: 'magic', number: read(data) };
  if (key === `${type.protocolCompression}/0`) return { kind: 'protocol-compression' };
  if (key === `${type.addressCompression}/0`) return { kind: 'address-compression' };
  if (key === `${type.authentication}/2` && read(data) === pppProtocol.pap) {
    return { kind: 'authentication', method: 'pap' };
  }
  if (key === `${type.authentication}/3` && read(data) === ((pppProtocol.chap << 8) | CHAP_MD5)) {
    return { kind: 'authentication', method: 'chap-md5' };
  }
  return { kind: 'other', type: raw.type, data };
}

/** Does the peer ask for authentication, by whatever method? */
export function isAuthentication(option: LcpOption): boolean {
  return option.kind === 'authentication' || (option.kind === 'other' && option.type === type.authentication);
}

const NOTHING = new Uint8Array(0);

function number16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 255);
}

function number32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function read(data: Uint8Array): number {
  return data.reduce((value, octet) => value * 256 + octet, 0);
}
