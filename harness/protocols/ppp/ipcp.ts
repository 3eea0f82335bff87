import type { IpcpOption } from './ipcp-options.ts';

/** Addresses that one end asks for; `0.0.0.0` means "tell me". Absent: it does not ask (any more). */
export interface IpcpWishes {
  readonly address?: string;
  readonly primaryDns?: string;
  readonly secondaryDns?: string;
}

export interface IpcpJudgement {
  readonly kind: 'ack' | 'nak' | 'reject';
  readonly options: readonly IpcpOption[];
}

const wishOf = { address: 'address', 'primary-dns': 'primaryDns', 'secondary-dns': 'secondaryDns' } as const;

export function ipcpRequest(wishes: IpcpWishes): IpcpOption[] {
  return (['address', 'primary-dns', 'secondary-dns'] as const).flatMap((kind) => {
    const address = wishes[wishOf[kind]];
    return address === undefined ? [] : [{ kind, address }];
  });
}

/**
 * The answer to the peer's Configure-Request (RFC 1332 section 3.3).
 * @param assigned what the peer has to be called: other values are corrected, options not listed are refused; a peer
 * that may choose its address itself has none here and must name one
 */
export function judgeIpcp(options: readonly IpcpOption[], assigned: IpcpWishes): IpcpJudgement {
  const rejected = options.filter((option) => !isGranted(option, assigned));
  if (rejected.length > 0) return { kind: 'reject', options: rejected };
  const proposals = options.flatMap((option): IpcpOption[] => {
    if (option.kind === 'other') return [];
    const address = assigned[wishOf[option.kind]];
    return address === undefined || address === option.address ? [] : [{ kind: option.kind, address }];
  });
  return proposals.length > 0 ? { kind: 'nak', options: proposals } : { kind: 'ack', options };
}

function isGranted(option: IpcpOption, assigned: IpcpWishes): boolean {
  if (option.kind === 'other') return false;
  if (assigned[wishOf[option.kind]] !== undefined) return true;
  return option.kind === 'address' && option.address !== '0.0.0.0';
}

/** What is left of the wishes after the peer's Configure-Nak or Configure-Reject. */
export function reviseIpcp(
  wishes: IpcpWishes,
  answer: 'nak' | 'reject',
  options: readonly IpcpOption[],
): IpcpWishes {
  const revised: Record<string, string> = { ...wishes };
  for (const option of options) {
    if (option.kind === 'other') continue;
    const key = wishOf[option.kind];
    if (answer === 'reject') delete revised[key];
    else if (key in revised) revised[key] = option.address;
  }
  return revised;
}
