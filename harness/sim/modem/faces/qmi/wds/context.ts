import type { Credentials, PdpType } from '../../../../network/network.ts';
import { authenticationBit } from '../../../../../protocols/qmi/wds.ts';
import { contextOf, type ModemState, type PdpContext } from '../../../state.ts';
import type { CallPlace, IpFamily } from '../data-path.ts';
import { internalEnd, type CallEnd } from './call-end.ts';

/** Contexts from here on are the modem's own: calls whose access point is not what their profile says. */
export const firstInternalCid = 100;

/** What a start asks for beyond its profile. */
export interface CallRequest extends CallPlace {
  readonly profile: number;
  readonly apn?: string | undefined;
  /** Bits: 1 PAP, 2 CHAP. */
  readonly authentication?: number | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * The context that such a call runs in: the profile's own, or one of the modem's own, which is not defined yet unless
 * another call uses it. What the request leaves open is the profile's.
 * @param used contexts of this face's calls
 */
export function contextFor(
  state: ModemState,
  request: CallRequest,
  used: readonly PdpContext[],
): PdpContext | CallEnd {
  const profile = contextOf(state, request.profile);
  if (!profile) return internalEnd('invalidProfile');
  if (profile.disabled) return internalEnd('apnDisabled');
  const apn = request.apn ?? profile.apn;
  const credentials = credentialsOf(request) ?? profile.credentials;
  if (apn === profile.apn && sameCredentials(credentials, profile.credentials)) {
    return covers(profile.type, request.family) ? profile : internalEnd('ipVersionMismatch');
  }
  const only = request.family === 6 ? 'IPV6' : 'IP';
  const type = covers(profile.type, request.family) ? profile.type : only;
  const same = used.find(
    (context) =>
      isInternal(context) &&
      context.type === type &&
      context.apn === apn &&
      sameCredentials(context.credentials, credentials),
  );
  return same ?? { cid: freeCid(state), type, apn, credentials };
}

export function isInternal({ cid }: { readonly cid: number }): boolean {
  return cid >= firstInternalCid;
}

function freeCid(state: ModemState): number {
  let cid = firstInternalCid;
  while (contextOf(state, cid)) cid++;
  return cid;
}

function covers(type: PdpType, family: IpFamily): boolean {
  return type === 'IPV4V6' || type === (family === 6 ? 'IPV6' : 'IP');
}

/** Clients name a method without naming a user (uqmi always does): that asks for nothing. */
function credentialsOf({ authentication, user, password }: CallRequest): Credentials | undefined {
  if (user === undefined || user === '' || authentication === 0) return undefined;
  return { method: methodOf(authentication), user, password: password ?? '' };
}

/** PAP, CHAP, or whatever the access point wants. */
export function methodOf(authentication: number | undefined): Credentials['method'] {
  if (authentication === authenticationBit.pap) return 'pap';
  return authentication === authenticationBit.chap ? 'chap' : 'either';
}

/** The bits that stand for these credentials. */
export function authenticationOf(credentials: Credentials | undefined): number {
  const { pap, chap } = authenticationBit;
  if (!credentials) return 0;
  return { pap, chap, either: pap | chap }[credentials.method];
}

function sameCredentials(a: Credentials | undefined, b: Credentials | undefined): boolean {
  return a?.method === b?.method && a?.user === b?.user && a?.password === b?.password;
}
