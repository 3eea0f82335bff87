import type { PppSession } from '../ppp-session.ts';
import type { Scene } from '../scene.ts';
import { chatTimeout } from './at-port.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

const APN = cause(
  'the APN is wrong, or the plan is not for it',
  'AT+CGDCONT? against what the operator says; AT+CEER after the failure',
  "uci set network.wwan.apn='...'; uci commit network; ifup wwan",
);
const UNREGISTERED = cause(
  'not registered or attached',
  'AT+CEREG?, AT+CGATT?, AT+CPIN?',
  'see to SIM and registration first',
);
const CONTEXT = cause(
  'the context is in use by another session (QMI, autoconnect)',
  'AT+CGACT?; uqmi -d /dev/cdc-wdm0 --get-data-status',
  'AT+CGACT=0,1, or dial another context',
);

function inSessions(scene: Scene, pattern: RegExp, also: RegExp): Match | undefined {
  for (const session of scene.ppp) {
    if (session.carrier === 'other' || session.address) continue;
    const hit = session.lines.find((line) => pattern.test(line.text));
    if (!hit) continue;
    return {
      evidence: session.lines.filter((line) => line === hit || also.test(line.text)),
      confidence: 'certain',
    };
  }
  return undefined;
}

/** Authenticated, and then the peer hangs up before an address came. */
function hungUpAfterAuth(session: PppSession): boolean {
  const ended = session.hangup ?? session.endedByPeer;
  return (
    session.authenticated !== undefined && ended !== undefined && !session.echoLost && !session.endedByHost
  );
}

function noAddress(scene: Scene): Match | undefined {
  const timedOut = inSessions(
    scene,
    /^IPCP: timeout sending|IPCP.*(?:terminated|rejected)|Could not determine (?:remote|local) IP/,
    /authentication succeeded|^Connect: |^Modem hangup/,
  );
  if (timedOut) return { ...timedOut, rung: 'S8' };
  const session = scene.ppp.find(
    (s) => s.carrier !== 'other' && !s.address && !s.connectTime && hungUpAfterAuth(s),
  );
  if (!session) return undefined;
  const evidence = session.lines.filter((line) =>
    /^Connect: |authentication succeeded|terminated|^Modem hangup/.test(line.text),
  );
  return { evidence, confidence: 'likely', rung: 'S7' };
}

/** From ATD to an address. */
export const dial: readonly Signature[] = [
  {
    fault: 'F70',
    title: 'the modem refuses the dial: NO CARRIER',
    rung: 'S7',
    settles: false,
    causes: [APN, UNREGISTERED, CONTEXT],
    match: (scene) =>
      inSessions(
        scene,
        /^Failed \((?:NO CARRIER|BUSY)\)|^NO CARRIER$/,
        /^Connect script failed|^ATD|^NO CARRIER$/,
      ) ??
      refusedByError(scene) ??
      unanswered(scene) ??
      seen(/\bCONNECT_FAILED\b/, { unless: /mbim/i })(scene) ??
      seen(/^Failed to connect$/, { together: /^Connecting modem$/, overcomeAt: 'S8' })(scene),
  },
  {
    fault: 'F73',
    title: 'the modem says CONNECT, and then no PPP follows: LCP gets no answer',
    rung: 'S7',
    settles: false,
    causes: [
      cause(
        'the port is not in data mode, or a second reader takes the bytes',
        "option pppd_options 'debug': LCP ConfReq sent, nothing received; fuser -v /dev/ttyUSB2",
        'another tty; one owner',
      ),
      cause('the modem has hung', 'AT on another of its ports', 'reset it'),
    ],
    match: (scene) =>
      inSessions(
        scene,
        /^LCP: timeout sending Config-Requests/,
        /^Serial connection established|^Connect: |NEGOTIATION_FAILED|^Connection terminated/,
      ),
  },
  {
    fault: 'F74',
    title: 'PPP authentication fails',
    rung: 'S7',
    settles: true,
    causes: [
      cause(
        'user name or password',
        'the operator; most want none',
        'uci set network.wwan.username / password, or delete both',
      ),
      cause(
        'PAP against CHAP',
        "option pppd_options 'refuse-pap', or 'refuse-chap refuse-mschap refuse-mschap-v2 refuse-eap'",
        'keep the one that works',
      ),
    ],
    match: (scene) =>
      inSessions(
        scene,
        /^(?:CHAP|PAP|EAP) authentication failed|^Failed to authenticate ourselves|AUTH_TOPEER_FAILED|peer refused to authenticate/,
        /authentication failed|^Remote message|^Connection terminated/,
      ),
  },
  {
    fault: 'F75',
    title: 'PPP authenticates, but the peer gives no address and hangs up',
    rung: 'S8',
    settles: false,
    causes: [
      APN,
      UNREGISTERED,
      cause(
        'the dial string names another context',
        'the digit in ATD*99***1#, AT+CGDCONT?',
        "option dialnumber '*99***1#'",
      ),
    ],
    match: noAddress,
  },
];

/** ERROR as the answer to ATD or to the context command is a refusal, not a broken port. */
function refusedByError(scene: Scene): Match | undefined {
  const session = scene.ppp.find(
    (s) =>
      s.lines.some((l) => l.text.startsWith('Failed (ERROR)')) &&
      s.lines.some((l) => l.text.startsWith('send (ATD')),
  );
  if (!session) return undefined;
  const evidence = session.lines.filter((line) =>
    /^send \(ATD|^ERROR$|^Failed \(ERROR\)|^Connect script failed/.test(line.text),
  );
  return { evidence, confidence: 'certain', title: 'the modem refuses the dial: ERROR' };
}

function unanswered(scene: Scene): Match | undefined {
  const match = chatTimeout(true)(scene);
  return match && { ...match, title: 'the dial is never answered: neither CONNECT nor NO CARRIER' };
}
