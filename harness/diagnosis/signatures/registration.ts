import type { LogLine } from '../log.ts';
import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

interface StatLine {
  readonly domain: 'CREG' | 'CGREG' | 'CEREG';
  /** 0 idle, 1 home, 2 searching, 3 denied, 4 unknown, 5 roaming (TS 27.007 7.2). */
  readonly stat: number;
  readonly line: LogLine;
}

/** `+CEREG: 2,1,"2616",…` answers a question, `+CEREG: 1` comes by itself: the state is at a different place. */
function stats(scene: Scene): StatLine[] {
  return scene.lines.flatMap((line) => {
    const match = /^\+(CREG|CGREG|CEREG): ?(\d)(?:, ?(\d)(?!\w))?/.exec(line.text);
    if (!match) return [];
    return [{ domain: match[1] as StatLine['domain'], stat: Number(match[3] ?? match[2]), line }];
  });
}

/** The last word of each domain. */
function lastStats(scene: Scene): ReadonlyMap<string, StatLine> {
  return new Map(stats(scene).map((stat) => [stat.domain, stat]));
}

const isServed = (stat: StatLine | undefined): boolean => stat?.stat === 1 || stat?.stat === 5;

/** Answers to one look at the modem stand this close together. */
const NEARBY = 2;

function falseAlarm(scene: Scene): Match | undefined {
  const last = lastStats(scene);
  const voice = last.get('CREG');
  const data = [last.get('CEREG'), last.get('CGREG')].filter((stat) => isServed(stat));
  const first = data[0];
  if (!voice || isServed(voice) || !first) return undefined;
  // Searching first and served later is a modem that registers, not an alarm.
  if (voice.stat !== 3 && voice.line.number < first.line.number - NEARBY) return undefined;
  return { evidence: [voice.line, ...data.map((stat) => stat?.line as LogLine)], confidence: 'certain' };
}

function denied(scene: Scene): Match | undefined {
  const words = scene.with(
    /registering_denied|registration: +denied\b|Register state: 'denied'|'registration-denied'|"servingcell","LIMSRV"|registration[ _-]denied|^check S6 not reached: denied|registerstate: 0006|registration failed \(code 6\)|\b(?:illegal-(?:ms|me)|plmn-not-allowed|imei-not-accepted|emm-attach-failed)\b|\(3,(?:1029|1097)\)/i,
  );
  const last = lastStats(scene);
  const data = [last.get('CEREG'), last.get('CGREG')];
  const refused = data.some((stat) => isServed(stat)) ? [] : data.filter((stat) => stat?.stat === 3);
  const evidence = [...words, ...refused.map((stat) => stat?.line as LogLine)];
  const end = evidence.at(-1);
  if (!end || scene.reachedAfter(end.number, 'S7')) return undefined;
  return { evidence, confidence: 'certain', explains: ['F01', 'F57', 'F61', 'F62', 'F63', 'F70', 'F75'] };
}

const TIMED_OUT =
  /registration timeout reached|Network registration failed(?!.*denied)|Subscriber registration failed(?! \(code [3456]\))|NETWORK_REGISTRATION_FAILED|REGISTRATION_FAILED\)|not registered.*(?:timeout|timed out)|Registration (?:timed out|failed)|couldn't register the modem|couldn't connect the modem: .*Network ?timeout/i;

function neverRegistered(scene: Scene): Match | undefined {
  const barred = seen(/^Unable to set PLMN$/, {
    errors: /^PLMN_FAILED$/,
    confidence: 'certain',
    overcomeAt: 'S7',
    settles: true,
    title: 'the modem cannot be put onto the operator that is configured (option plmn)',
    causes: [CHOSEN],
  })(scene);
  if (barred) return barred;
  const words = [
    ...scene.with(TIMED_OUT),
    ...scene.errors(/^(?:NO_REGISTRATION|MM_3GPP_OPERATOR_REGISTRATION_FAILED)$/),
  ];
  const end = words.at(-1);
  if (end && !scene.reachedAfter(end.number, 'S7'))
    return { evidence: words, confidence: 'certain', explains: ['F63'] };
  const all = stats(scene);
  const searching = all.filter((s) => s.stat === 0 || s.stat === 2 || s.stat === 4);
  const asked = searching.length < all.length ? [] : searching.map((stat) => stat.line);
  const evidence = [...asked, ...scene.with(SEARCHING)].sort((a, b) => a.number - b.number);
  const last = evidence.at(-1);
  if (!last || scene.reachedAfter(last.number, 'S6')) return undefined;
  return { evidence, confidence: 'likely', explains: ['F01', 'F63', 'F70', 'F75', 'F61'] };
}

const SEARCHING =
  /"registration": ?"(?:searching|not_registered)"|registration: +(?:searching|idle)\b|'not-registered(?:-searching)?'|Register state: '(?:searching|deregistered)'|"servingcell","SEARCH"|\[cm\] no-service|\+CME ERROR: (?:30\b|no network service)|Device stopped network registration|^check S6 not reached: (?:searching|idle|unknown)|Not registered on network|Failed to register/i;

/** 3g.sh waits for a Sierra modem to attach: one dot for each AT+CGATT? that said 0, ten at most. */
function attachDots(scene: Scene): LogLine[] {
  const dots = scene.lines.filter((line) => line.interface !== undefined && line.text === '.');
  return dots.length >= 8 ? dots : [];
}

const COVER = cause(
  'no cover, antenna',
  'AT+CSQ, AT!GSTATUS? or AT+QENG="servingcell"; the antenna on the main connector?',
  'antenna, another place',
);
const INACTIVE = cause(
  'the SIM is not active, or not for this network',
  'this SIM in a phone, another SIM here',
  'ask the operator',
);
const SHORT = cause(
  'the time allowed is too short after a cold start (10 s)',
  'uqmi -d /dev/cdc-wdm0 --get-serving-system 60 s later; then ifup wwan',
  "option timeout '60'; 18.06 to 23.05 never try again by themselves: a cron job with ifup",
);
const CHOSEN = cause(
  'that operator has no cover here, or does not take this SIM',
  'uci get network.wwan.plmn; uqmi -d /dev/cdc-wdm0 --network-scan, or AT+COPS=?',
  'uci delete network.wwan.plmn; uci commit network; ifup wwan',
);
const LOCKED = cause(
  'a band or operator lock',
  'AT!BAND?, AT+COPS?, AT+QCFG="band"',
  'AT!BAND=00, AT+COPS=0',
);

/** The modem does not get onto the network. */
export const registration: readonly Signature[] = [
  {
    fault: 'F57',
    title: 'the modem does not register in the time it is given',
    rung: 'S6',
    settles: false,
    causes: [SHORT, COVER, LOCKED, INACTIVE],
    match: neverRegistered,
  },
  {
    fault: 'F58',
    title: 'the network refuses this modem or SIM',
    rung: 'S6',
    settles: true,
    causes: [
      cause('the SIM is barred or not active', 'AT+CEER; another SIM here', 'ask the operator'),
      cause(
        'the network or the plan does not accept this device (IMEI)',
        'this SIM in a phone',
        'a plan for routers',
      ),
      cause('roaming is not allowed', 'AT+COPS=?', 'a network that is'),
    ],
    match: denied,
  },
  {
    fault: 'F59',
    title: 'the router refuses roaming (or a partner network), although the modem is registered',
    rung: 'S6',
    settles: true,
    causes: [
      cause(
        'allow_roaming (allow_partner) is off',
        'uci get network.wwan.allow_roaming',
        "uci set network.wwan.allow_roaming='1'; uci set network.wwan.allow_partner='1'; uci commit network; ifup wwan",
      ),
    ],
    match: seen(/registration failed \(code [45]\)|roaming-not-allowed|Roaming (?:is )?not allowed/i, {
      confidence: 'certain',
      explains: ['F57'],
    }),
  },
  {
    fault: 'F60',
    title: 'false alarm: CREG speaks of voice. A data-only SIM is refused there and served for data',
    rung: 'S6',
    settles: true,
    role: 'note',
    causes: [
      cause(
        'a page or script looks at AT+CREG? alone',
        'AT+CGREG? and AT+CEREG?: 1 or 5',
        'none needed; a page that reads CEREG',
      ),
    ],
    match: falseAlarm,
  },
  {
    fault: 'F61',
    title: 'not attached: the modem waits for the packet domain',
    rung: 'S6',
    settles: false,
    causes: [
      INACTIVE,
      cause('no SIM, or not read', 'AT+CPIN?', 'seat the SIM, reset the modem'),
      cause(
        'the APN of the first attach is wrong',
        'AT+CGDCONT?: context 1',
        'AT+CGDCONT=1,"IPV4V6","apn of the plan"',
      ),
      COVER,
    ],
    match: (scene) => {
      const said = scene.with(
        /Attach Needed|PS state: +Not attached|, PS: Detached|^\+CGATT: 0|Failed to attach to (?:network|packet domain)/,
      );
      said.push(...scene.errors(/^ATTACH_FAILED$/));
      const last = said.at(-1);
      const open = last && !scene.reachedAfter(last.number, 'S7') ? said : [];
      const dots = attachDots(scene);
      const dotted = dots.length > 0 && !scene.reachedAfter(dots.at(-1)?.number ?? 0, 'S7') ? dots : [];
      const evidence = [...open, ...dotted];
      return evidence.length > 0 ? { evidence, confidence: 'likely' } : undefined;
    },
  },
];
