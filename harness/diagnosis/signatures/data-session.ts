import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';
import { callEnds, meaningOf3gpp, REFUSALS } from './call-end.ts';

const FAILED =
  /^"?Call failed"?$|Unable to connect IPv[46]|^No data link!|CALL_FAILED|MM_CONNECT_FAILED|'CallFailed'|couldn't start network|GSM connection failed|connection attempt #\d+ failed|Failed to activate PDP context|^Unable to connect$|couldn't connect the modem: (?!.*Network ?[Tt]imeout)|^Connection failed -> attempting restart$/;

/** The protocol handlers of qmi and mbim begin to dial: the modem has answered all that came before. */
export const STARTING = /^Starting network|^mbim\[\d+\] Connect to network/;

const SLOW = cause(
  'the network or the modem takes longer for the call than the router waits',
  "by hand, with more patience: uqmi -t 60000 -d /dev/cdc-wdm0 --start-network --apn '...'",
  'better signal; another release of uqmi or umbim',
);

/** What differs where the start of the session got no answer at all. */
function unanswered(scene: Scene, match: Match): Match {
  const late = scene
    .with(/^Request timed out$|mbim message timeout/)
    .filter((line) => scene.handlerSaid(STARTING, line));
  if (late.length === 0) return match;
  const title = 'the modem does not answer the start of the data session, though it answered all before';
  const evidence = [...match.evidence, ...late];
  return { ...match, evidence, title, causes: [SLOW, ...REFUSALS] };
}

function refused(scene: Scene): Match | undefined {
  const words = scene.with(FAILED);
  const ends = callEnds(scene).filter((end) => end.type === 6);
  const told = ends.map((end) => ({ end, meaning: meaningOf3gpp(end.code) })).find((t) => t.meaning);
  const evidence = [...words, ...ends.map((end) => end.line)];
  if (told?.meaning) {
    const { title, cause: first } = told.meaning;
    return {
      evidence,
      confidence: 'certain',
      settles: true,
      title: `the network refuses the data session: ${title}`,
      causes: [first],
    };
  }
  const last = words.at(-1);
  if (!last || scene.reachedAfter(last.number, 'S7') || scene.has(/invalid-sim-state/)) return undefined;
  return unanswered(scene, { evidence, confidence: 'certain' });
}

const NO_APN = cause(
  'option apn is empty',
  'uci get network.wwan.apn',
  "uci set network.wwan.apn='...'; uci commit network; ifup wwan",
);

function mbimRefused(scene: Scene): Match | undefined {
  const nameless = seen(/mbim\[\d+\] No APN specified/, {
    errors: /^NO_APN$/,
    confidence: 'certain',
    overcomeAt: 'S7',
    settles: true,
    title: 'no APN is configured, and the MBIM handler does not dial without one',
    causes: [NO_APN],
  })(scene);
  if (nameless) return nameless;
  const words = scene.with(
    scene.has(/mbim/i)
      ? /Failed to connect (?:bearer|to network)|CONNECT_FAILED/
      : /Failed to connect bearer/,
  );
  const errors = scene.with(/nwerror: (?!0000)[0-9A-F]{4}/);
  const evidence = [...words, ...errors].sort((a, b) => a.number - b.number);
  const last = evidence.at(-1);
  if (!last || scene.reachedAfter(last.number, 'S8')) return undefined;
  if (words.length === 0 && !scene.has(/activationstate: 000[03]/)) return undefined;
  const code = parseInt(/nwerror: ([0-9A-F]{4})/.exec(errors[0]?.text ?? '')?.[1] ?? '', 16);
  const meaning = meaningOf3gpp(code);
  if (!meaning) return unanswered(scene, { evidence, confidence: 'certain' });
  return {
    evidence,
    confidence: 'certain',
    settles: true,
    title: `the network refuses the MBIM connection: ${meaning.title}`,
    causes: [meaning.cause],
  };
}

function phantom(scene: Scene): Match | undefined {
  // ModemManager's own count, of a connection that lasted.
  const counted = scene.with(/connection #\d+ finished: duration [1-9]\d*s, .*rx ?: 0 bytes/);
  if (counted.length > 0) return { evidence: counted, confidence: 'likely', explains: ['F92'] };
  const silent = scene.with(/RX packets:0\b|RX bytes:0\b|received 0 bytes/);
  const up = scene.with(/^"connected"$|-> connected\)|activationstate: 0001|lease of [\d.]+ obtained/);
  const sent = scene.with(/TX packets:[1-9]/);
  if (silent.length === 0 || up.length === 0 || sent.length === 0) return undefined;
  return { evidence: [...up, ...silent, ...sent], confidence: 'likely' };
}

/** Data sessions over QMI and MBIM. */
export const dataSession: readonly Signature[] = [
  {
    fault: 'F77',
    title: 'uqmi answers "No effect" to the start of the session',
    rung: 'S7',
    settles: true,
    causes: [
      cause(
        'a session is up already (autoconnect)',
        'uqmi -d /dev/cdc-wdm0 --get-data-status',
        'uqmi -d /dev/cdc-wdm0 --stop-network 0xffffffff --autoconnect',
      ),
      cause(
        'a fault of this uqmi or qmi.sh',
        'the same modem, SIM and settings with another release of uqmi',
        'another release',
      ),
    ],
    match: seen(/^"No effect"$/, {
      together: /start-network|Unable to connect|Starting network/,
      explains: ['F78'],
    }),
  },
  {
    fault: 'F78',
    title: 'the data session is refused',
    rung: 'S7',
    settles: false,
    causes: REFUSALS,
    match: refused,
  },
  {
    fault: 'F79',
    title: 'the MBIM connection is refused',
    rung: 'S7',
    settles: false,
    causes: REFUSALS,
    match: mbimRefused,
  },
  {
    fault: 'F80',
    title: 'a phantom session: connected, with an address, and nothing ever comes in',
    rung: 'S9',
    settles: false,
    causes: [
      cause(
        'the APN made a second bearer beside the profile',
        'compare --start-network --apn X with --profile 1: ip -s link',
        "option profile '1'",
      ),
      cause(
        'framing: raw-ip against 802.3',
        'uqmi -d /dev/cdc-wdm0 --wda-get-data-format; cat /sys/class/net/wwan0/qmi/raw_ip',
        'echo Y > raw_ip with the link down',
      ),
    ],
    match: phantom,
  },
];
