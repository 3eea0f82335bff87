import type { LogLine } from '../log.ts';
import type { Scene } from '../scene.ts';
import { cause, type RankedCause } from '../signature.ts';

/** `verbose call end reason (6,33): [3gpp] option-unsubscribed`, as libqmi prints it. */
export interface CallEnd {
  /** 1 unspecified, 2 internal, 3 call manager, 6 3GPP, 7 PPP. */
  readonly type: number;
  readonly code: number;
  readonly line: LogLine;
}

export function callEnds(scene: Scene): CallEnd[] {
  let lastType = 0;
  return scene.lines.flatMap((line) => {
    const match = /call end reason \((\d+), ?(\d+)\)/.exec(line.text);
    if (match) return [{ type: Number(match[1]), code: Number(match[2]), line }];
    // Quectel's connection manager gives the same on two lines, ModemManager its own words for 3GPP causes.
    lastType = Number(/call_end_reason_type is (\d+)/.exec(line.text)?.[1] ?? lastType);
    const verbose = /call_end_reason_verbose is (\d+)/.exec(line.text)?.[1];
    if (verbose !== undefined) return [{ type: lastType, code: Number(verbose), line }];
    const named = NAMED.find(([pattern]) => pattern.test(line.text));
    return named ? [{ type: 6, code: named[1], line }] : [];
  });
}

const NAMED: readonly (readonly [RegExp, number])[] = [
  [/MissingOrUnknownApn|Missing or unknown APN|Unknown APN\b/i, 27],
  [/UserAuthenticationFailed|User authentication failed/i, 29],
  [/ServiceOptionNotSupported|Service option not supported/i, 32],
  [/(?:Requested)?ServiceOptionNotSubscribed|service option not subscribed/i, 33],
  [/Ipv4OnlyAllowed|PDP type IPv4 only allowed/i, 50],
  [/Ipv6OnlyAllowed|PDP type IPv6 only allowed/i, 51],
];

const APN = cause(
  'the network does not know this APN',
  'AT+CGDCONT? against what the operator says',
  "uci set network.wwan.apn='...'; uci commit network; ifup wwan",
);
const PLAN = cause(
  'this plan does not include data for this APN or device',
  'the same SIM in another device; ask the operator',
  'a plan that does',
);
const PDP = cause(
  'the network allows another IP version only',
  'dial with pdptype ip',
  "uci set network.wwan.pdptype='ip'; uci commit network; ifup wwan",
);
const AUTH = cause(
  'user name, password or kind of authentication',
  'option auth none, pap, chap in turn',
  "uci set network.wwan.auth='none'",
);
const ROOM = cause(
  'the network is out of resources, or barred by the operator',
  'again later; another operator',
  'wait',
);

/** What a 3GPP session management cause means (TS 24.301 annex B, TS 24.008 annex I). */
export function meaningOf3gpp(
  code: number,
): { readonly title: string; readonly cause: RankedCause } | undefined {
  switch (code) {
    case 8:
    case 26:
      return { title: `refused for now (cause ${code})`, cause: ROOM };
    case 27:
      return { title: 'unknown or missing APN (cause 27)', cause: APN };
    case 29:
      return { title: 'authentication failed (cause 29)', cause: AUTH };
    case 32:
    case 33:
      return { title: `service option not subscribed or not supported (cause ${code})`, cause: PLAN };
    case 28:
    case 50:
    case 51:
    case 52:
      return { title: `the network allows another PDP type (cause ${code})`, cause: PDP };
    default:
      return undefined;
  }
}

export const REFUSALS: readonly RankedCause[] = [APN, PLAN, PDP, AUTH, ROOM];
