import { addressAt, addressBytes } from '../ip/address.ts';
import type { RawOption } from './control.ts';

/** IPCP's configuration options (RFC 1332 section 3, name servers RFC 1877). Addresses are dotted quads. */
export type IpcpOption =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'primary-dns'; readonly address: string }
  | { readonly kind: 'secondary-dns'; readonly address: string }
  /** Header compression, NetBIOS name servers, the obsolete pair of addresses, and wrong lengths. */
  | { readonly kind: 'other'; readonly type: number; readonly data: Uint8Array };

const typeOf = { address: 3, 'primary-dns': 129, 'secondary-dns': 131 } as const;
const kindOf: ReadonlyMap<number, keyof typeof typeOf> = new Map([
  [typeOf.address, 'address'],
  [typeOf['primary-dns'], 'primary-dns'],
  [typeOf['secondary-dns'], 'secondary-dns'],
]);

export function encodeIpcpOption(option: IpcpOption): RawOption {
  if (option.kind === 'other') return { type: option.type, data: option.data };
  return { type: typeOf[option.kind], data: addressBytes(option.address) };
}

export function decodeIpcpOption(raw: RawOption): IpcpOption {
  const kind = kindOf.get(raw.type);
  if (kind === undefined || raw.data.length !== 4) return { kind: 'other', type: raw.type, data: raw.data };
  return { kind, address: addressAt(raw.data, 0) };
}
