import { minutes } from '../../core/units.ts';
import { chapMd5 } from '../../protocols/ppp/authentication.ts';
import type { AccessPoint, Operator } from './operators.ts';
import type { PdpType, SessionRequest, SmCause, Subscription } from './network.ts';

/** TS 24.008 10.5.6.6. */
export const smCause = {
  unknownApn: 27,
  authenticationFailed: 29,
  notSubscribed: 33,
  regularDeactivation: 36,
  ipv4Only: 50,
  ipv6Only: 51,
} as const;

export const usualAccessPoint: AccessPoint = { families: 'both', mtu: 1_500, tcpIdleMs: minutes(124) };

/** What the network does about a request. */
export type Verdict =
  | { readonly refused: SmCause }
  | { readonly type: PdpType; readonly cause: SmCause | undefined; readonly accessPoint: AccessPoint };

/** The operator's answer. A request for both families is granted the one that there is, with the reason. */
export function judgeRequest(
  request: SessionRequest,
  subscription: Subscription,
  operator: Operator,
): Verdict {
  const name = subscribedName(request.apn, subscription);
  if (name === undefined) {
    const exists = operator.apns.some((apn) => sameName(apn, request.apn));
    return { refused: exists ? smCause.notSubscribed : smCause.unknownApn };
  }
  const own = Object.entries(operator.accessPoints ?? {}).find(([apn]) => sameName(apn, name))?.[1];
  const accessPoint = { ...usualAccessPoint, ...own };
  const { credentials, families } = accessPoint;
  if (credentials && !proves(request.credentials, credentials)) {
    return { refused: smCause.authenticationFailed };
  }
  const asked = request.type === 'PPP' ? 'IP' : request.type;
  if (families === 'both') return { type: asked, cause: undefined, accessPoint };
  const [only, cause] =
    families === 'ipv4' ? (['IP', smCause.ipv4Only] as const) : (['IPV6', smCause.ipv6Only] as const);
  if (asked === only) return { type: asked, cause: undefined, accessPoint };
  return asked === 'IPV4V6' ? { type: only, cause, accessPoint } : { refused: cause };
}

/** Does what was given show the name and the password that are wanted, in the wanted way? */
function proves(
  given: SessionRequest['credentials'],
  { user, password, method }: NonNullable<AccessPoint['credentials']>,
): boolean {
  if (given?.user !== user) return false;
  if (method !== undefined && given.method !== method && given.method !== 'either') return false;
  if ('password' in given) return given.password === password;
  return Buffer.from(chapMd5(given.id, password, given.challenge)).equals(given.response);
}

/** An empty name asks for the subscription's default (TS 23.060 annex A). */
function subscribedName(apn: string, { apns }: Subscription): string | undefined {
  return apn === '' ? apns[0] : apns.find((name) => sameName(name, apn));
}

/** Names are case-insensitive (TS 23.003 9.1). */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
