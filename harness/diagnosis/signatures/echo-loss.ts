import type { LogLine } from '../log.ts';
import type { PppSession } from '../ppp-session.ts';
import type { Scene } from '../scene.ts';
import { cause, type Match, type Signature } from '../signature.ts';

const SIM = cause(
  'the SIM is not seated, or lies the wrong way round: the modem answers PPP authentication by itself, then has no data session to offer',
  'AT+CPIN? on the AT port (picocom /dev/ttyUSB2): "+CPIN: READY", or "SIM not inserted"?',
  'take the SIM out, look at the notch, push it home, then AT!RESET (Sierra) or AT+CFUN=1,1',
);
const PLAN = cause(
  'the SIM is not provisioned for this APN or this kind of device',
  'the same SIM in a device that is known to work, another SIM in this one',
  'the APN of this plan, or a plan that allows a router',
);
const SLOW = cause(
  'not registered or attached yet, and pppd gives up after 5 echoes at 1 s',
  'AT+CEREG? (0,1 or 0,5?) and AT+CGATT? (1?) just before the dial',
  "uci set network.wwan.keepalive='20 5'; uci commit network; ifup wwan (15.05: edit lcp-echo-* in /etc/ppp/options)",
);
const READER = cause(
  'the SIM reader of this router is broken',
  'swap modem and SIM between two routers (2 x 2): does the fault stay with the router?',
  'use an external adapter, or replace the board',
);
const APN = cause(
  'the APN is wrong',
  'AT+CGDCONT? against what the operator says',
  "uci set network.wwan.apn='...'; uci commit network; ifup wwan",
);

/** pppd died of missing echoes (or of a hangup right after them). */
function diedOfEcho(session: PppSession): boolean {
  return session.carrier !== 'other' && session.echoLost !== undefined;
}

function hadLink(session: PppSession): boolean {
  return session.address !== undefined || session.connectTime !== undefined;
}

function linesOf(session: PppSession, ...patterns: RegExp[]): LogLine[] {
  return session.lines.filter((line) => patterns.some((pattern) => pattern.test(line.text)));
}

function neverUp(scene: Scene): Match | undefined {
  const sessions = scene.ppp.filter((s) => diedOfEcho(s) && !hadLink(s));
  const session = sessions.find((s) => s.authenticated) ?? sessions.find((s) => s.link) ?? sessions[0];
  if (!session) return undefined;
  const evidence = linesOf(
    session,
    /^Serial connection established/,
    /^Connect: /,
    /authentication succeeded/,
    /^No response to \d+ echo/,
    /^Serial link appears/,
    /^Connection terminated/,
    /^Modem hangup/,
  );
  if (session.authenticated) return { evidence, confidence: 'certain' };
  // Without authentication the network asked for none; without the beginning of the session even less is known.
  return { evidence, confidence: session.link ? 'likely' : 'possible' };
}

/** LCP echoes stop after authentication, and no address ever came. */
const echoAfterAuth: Signature = {
  fault: 'F01',
  title: 'PPP authenticates, but no data session follows: echoes stay unanswered and no address ever comes',
  rung: 'S7',
  settles: true,
  causes: [SIM, PLAN, SLOW, READER, APN],
  match: neverUp,
};

const HUNG = cause(
  'the modem has hung (firmware)',
  'echo AT > /dev/ttyUSB2 and read: does the port answer after the drop? usb reset: does it come back?',
  'cut the power of the modem; newer modem firmware',
);
const RADIO = cause(
  'radio lost, or the network let the session go without saying so',
  'AT!GSTATUS? or AT+QENG="servingcell" before and after a drop',
  'antenna; keepalive with more patience so that a gap is bridged',
);
const IMPATIENT = cause(
  'echo policy 5 x 1 s, not adaptive (15.05, 17.01): replies queue behind data or come late on a busy CPU',
  'does it stop with keepalive "20 5"? compare drops per hour with both settings',
  "uci set network.wwan.keepalive='20 5'; uci commit network; ifup wwan",
);

/** The port no longer takes AT commands after the drop: the modem hung, nothing else does that. */
const TTY_DEAD =
  /Could not (?:write to|read from) COM device|comgt.*-- Error Report --|No response from modem/;

function midSession(scene: Scene): Match | undefined {
  const session = scene.ppp.find((s) => diedOfEcho(s) && hadLink(s));
  if (!session) return undefined;
  const evidence = linesOf(
    session,
    /^local +IP address/,
    /^No response to \d+ echo/,
    /^Serial link appears/,
    /^Connect time/,
    /^Sent \d+ bytes/,
    /^Modem hangup/,
  );
  const end = session.lines.at(-1)?.number ?? 0;
  const dead = scene.lines.filter((line) => line.number >= end && TTY_DEAD.test(line.text));
  if (dead.length > 0) {
    return {
      evidence: [...evidence, ...dead],
      confidence: 'certain',
      title: 'LCP echoes stop in mid-session, and the AT port is dead afterwards: the modem has hung',
      settles: true,
      explains: ['F35', 'F72'],
    };
  }
  return { evidence, confidence: 'certain' };
}

/** LCP echoes stop after the link had carried traffic. */
const echoMidSession: Signature = {
  fault: 'F90',
  title: 'LCP echoes stop in mid-session: a link that was up is given up by pppd',
  rung: 'S10',
  settles: false,
  causes: [HUNG, RADIO, IMPATIENT],
  match: midSession,
};

export const echoLoss: readonly Signature[] = [echoAfterAuth, echoMidSession];
