import type { RawOption } from './control.ts';

/** IPV6CP's one option that is in use (RFC 5072 section 4.1): eight octets, all 0 = "tell me". */
export type Ipv6cpOption =
  | { readonly kind: 'interface-identifier'; readonly identifier: Uint8Array }
  /** Compression, and wrong lengths. */
  | { readonly kind: 'other'; readonly type: number; readonly data: Uint8Array };

export interface Ipv6cpJudgement {
  readonly kind: 'ack' | 'nak' | 'reject';
  readonly options: readonly Ipv6cpOption[];
}

const IDENTIFIER = 1;

export function encodeIpv6cpOption(option: Ipv6cpOption): RawOption {
  if (option.kind === 'other') return { type: option.type, data: option.data };
  return { type: IDENTIFIER, data: option.identifier };
}

export function decodeIpv6cpOption({ type, data }: RawOption): Ipv6cpOption {
  if (type !== IDENTIFIER || data.length !== 8) return { kind: 'other', type, data };
  return { kind: 'interface-identifier', identifier: data };
}

/**
 * The answer to the peer's Configure-Request.
 * @param ours must not be the peer's too
 * @param assigned what the peer has to be called; undefined: whatever it likes, but for `ours` and 0
 */
export function judgeIpv6cp(
  options: readonly Ipv6cpOption[],
  ours: Uint8Array,
  assigned: Uint8Array | undefined,
): Ipv6cpJudgement {
  const rejected = options.filter(({ kind }) => kind === 'other');
  if (rejected.length > 0) return { kind: 'reject', options: rejected };
  const asked = options.find((option) => option.kind === 'interface-identifier')?.identifier;
  if (!asked || isFine(asked, ours, assigned)) return { kind: 'ack', options };
  // A peer without a name, and nobody who could give it one: the option has to go (RFC 5072 section 4.1).
  if (!assigned) return { kind: 'reject', options };
  return { kind: 'nak', options: [{ kind: 'interface-identifier', identifier: assigned }] };
}

/** The identifier to ask for next, after the peer's Configure-Nak or Configure-Reject; undefined: none. */
export function reviseIpv6cp(
  present: Uint8Array | undefined,
  answer: 'nak' | 'reject',
  options: readonly Ipv6cpOption[],
): Uint8Array | undefined {
  const named = options.find((option) => option.kind === 'interface-identifier')?.identifier;
  if (!named) return present;
  return answer === 'reject' ? undefined : named.slice();
}

function isFine(asked: Uint8Array, ours: Uint8Array, assigned: Uint8Array | undefined): boolean {
  if (assigned) return same(asked, assigned);
  return !same(asked, ours) && asked.some((octet) => octet !== 0);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}
