import { encodeLcpOption, isAuthentication, type Authentication, type LcpOption } from './lcp-options.ts';

/** What one end asks of LCP. Absent or false: it does not ask for it (any more). */
export interface LcpWishes {
  /** Control characters that this end wants to get escaped. */
  readonly accm?: number;
  readonly magic?: number;
  /** How the peer shall prove who it is. */
  readonly authentication?: Authentication;
  readonly protocolCompression: boolean;
  readonly addressCompression: boolean;
}

/** What one end grants when the other asks. */
export interface LcpTerms {
  /** Methods by which this end can prove who it is, the preferred one first. None: the option is rejected. */
  readonly authentication: readonly Authentication[];
  readonly compression: boolean;
}

export interface LcpJudgement {
  readonly kind: 'ack' | 'nak' | 'reject';
  readonly options: readonly LcpOption[];
}

/** RFC 1661 section 6.1: every implementation takes at least this. */
const MIN_MRU = 128;

export function lcpRequest(wishes: LcpWishes): LcpOption[] {
  return [
    ...(wishes.accm === undefined ? [] : [{ kind: 'accm', map: wishes.accm } as const]),
    ...(wishes.authentication ? [{ kind: 'authentication', method: wishes.authentication } as const] : []),
    ...(wishes.magic === undefined ? [] : [{ kind: 'magic', number: wishes.magic } as const]),
    ...(wishes.protocolCompression ? [{ kind: 'protocol-compression' } as const] : []),
    ...(wishes.addressCompression ? [{ kind: 'address-compression' } as const] : []),
  ];
}

/**
 * The answer to the peer's Configure-Request: refusals come before other proposals (RFC 1661 section 5.3, 5.4).
 * @param magic this end's own number: the same from the peer means a loop
 * @param freshMagic what to propose in that case
 */
export function judgeLcp(
  options: readonly LcpOption[],
  terms: LcpTerms,
  magic: number | undefined,
  freshMagic: () => number,
): LcpJudgement {
  const rejected = options.filter((option) => !isGranted(option, terms));
  if (rejected.length > 0) return { kind: 'reject', options: rejected };
  const proposals = options.flatMap((option): LcpOption[] => {
    if (option.kind === 'mru' && option.octets < MIN_MRU) return [{ kind: 'mru', octets: MIN_MRU }];
    if (option.kind === 'magic' && (option.number === 0 || option.number === magic)) {
      return [{ kind: 'magic', number: freshMagic() }];
    }
    const preferred = terms.authentication[0];
    if (preferred && isAuthentication(option) && !isAmong(option, terms.authentication)) {
      return [{ kind: 'authentication', method: preferred }];
    }
    return [];
  });
  return proposals.length > 0 ? { kind: 'nak', options: proposals } : { kind: 'ack', options };
}

function isGranted(option: LcpOption, terms: LcpTerms): boolean {
  if (isAuthentication(option)) return terms.authentication.length > 0;
  if (option.kind === 'protocol-compression' || option.kind === 'address-compression')
    return terms.compression;
  return option.kind !== 'other';
}

function isAmong(option: LcpOption, methods: readonly Authentication[]): boolean {
  return option.kind === 'authentication' && methods.includes(option.method);
}

/** What is left of the wishes after the peer's Configure-Nak or Configure-Reject. */
export function reviseLcp(
  wishes: LcpWishes,
  answer: 'nak' | 'reject',
  options: readonly LcpOption[],
): LcpWishes {
  let revised = wishes;
  for (const option of options)
    revised = answer === 'nak' ? proposed(revised, option) : without(revised, option);
  return revised;
}

function proposed(wishes: LcpWishes, option: LcpOption): LcpWishes {
  if (option.kind === 'accm' && wishes.accm !== undefined) {
    return { ...wishes, accm: (wishes.accm | option.map) >>> 0 };
  }
  if (option.kind === 'magic' && wishes.magic !== undefined) return { ...wishes, magic: option.number };
  if (option.kind === 'authentication' && wishes.authentication) {
    return { ...wishes, authentication: option.method };
  }
  return wishes;
}

function without(wishes: LcpWishes, option: LcpOption): LcpWishes {
  const { accm: _accm, ...withoutAccm } = wishes;
  const { magic: _magic, ...withoutMagic } = wishes;
  const { authentication: _authentication, ...withoutAuthentication } = wishes;
  switch (option.kind) {
    case 'accm':
      return withoutAccm;
    case 'magic':
      return withoutMagic;
    case 'authentication':
      return withoutAuthentication;
    case 'protocol-compression':
      return { ...wishes, protocolCompression: false };
    case 'address-compression':
      return { ...wishes, addressCompression: false };
    default:
      return wishes;
  }
}

/** `0305c2230507020802`: options as they stand on the wire, for traces. */
export function lcpOptionsHex(options: readonly LcpOption[]): string {
  return options
    .map(encodeLcpOption)
    .map(({ type, data }) => hex(type) + hex(data.length + 2) + Array.from(data, hex).join(''))
    .join('');
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
