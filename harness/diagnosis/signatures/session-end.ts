import { hours, type Ms } from '../../core/units.ts';
import type { LogLine } from '../log.ts';
import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';
import { callEnds } from './call-end.ts';

const RECONNECT = 'reconnect at once (netifd does); a handler that does not get stuck in the search';
const LIMIT = cause(
  'the operator ends sessions after a fixed time (24 h or 48 h are usual)',
  'logread | grep "lost the connection": the time of day of each drop',
  RECONNECT,
);
const STUCK = cause(
  'the drop is normal, the handler gets stuck afterwards',
  'uqmi -d /dev/cdc-wdm0 --get-serving-system after the drop: searching?',
  'a newer handler; a cron job with ifup',
);
const NETWORK = cause(
  'the network ended the session (deactivation, hand-over)',
  'the same with another operator',
  RECONNECT,
);

/** ModemManager was not asked: then the state goes by way of `disconnecting`. */
const LET_GO = /state changed \(connected -> (?!disconnecting)/;

function lostConnections(scene: Scene): LogLine[] {
  return scene.lines.filter((line) => {
    if (/^(?:Modem disconnected|Disconnected by network)/i.test(line.text) || LET_GO.test(line.text))
      return true;
    const name = /^Interface '([^']+)' has lost the connection/.exec(line.text)?.[1];
    return name !== undefined && (scene.modemInterfaces.has(name) || !/^(?:wan6?|lan|loopback)$/.test(name));
  });
}

/** Something in this log took the link down, so that the network is not to blame. */
const OTHER_REASON =
  /No response to \d+ echo|USB disconnect|device disconnected$|emm-detached|Terminating on signal|PADT|pppoe|wlan\d/i;

function released(scene: Scene): Match | undefined {
  const lost = lostConnections(scene);
  const byModem = lost.some((line) => /Modem disconnected|Disconnected by/i.test(line.text));
  const told = byModem || lost.some((line) => LET_GO.test(line.text));
  if (lost.length === 0 || scene.has(OTHER_REASON) || (!told && scene.modemInterfaces.size === 0))
    return undefined;
  const after = scene.with(/re-connected|Unable to re-connect|-> connected\)|Interface '[^']+' is now up/);
  const evidence = [...lost, ...after.filter((line) => line.number > (lost[0]?.number ?? 0))];
  const period = periodOf(lost);
  if (period === undefined) {
    const title = byModem
      ? undefined
      : 'the session ended without an order: the network or the modem let it go';
    return { evidence, confidence: told ? 'likely' : 'possible', settles: byModem, title };
  }
  const title = `the network ends the session every ${Math.round(period / hours(1))} h: a time limit of the operator`;
  return { evidence, confidence: 'certain', title };
}

/** Drops that lie half a day or more apart, evenly. */
function periodOf(lost: readonly LogLine[]): Ms | undefined {
  const times = lost.map((line) => line.timeMs).filter((t): t is Ms => t !== undefined);
  const gaps = times
    .slice(1)
    .map((t, i) => t - (times[i] ?? 0))
    .filter((gap) => gap > 60_000);
  const mean = gaps.reduce((a, b) => a + b, 0) / (gaps.length || 1);
  if (gaps.length === 0 || mean < hours(11)) return undefined;
  return gaps.every((gap) => Math.abs(gap - mean) < hours(0.25)) ? mean : undefined;
}

function endedBy(reasons: readonly (readonly [number, number])[], words: RegExp): Signature['match'] {
  return (scene) => {
    const ends = callEnds(scene).filter((end) =>
      reasons.some(([type, code]) => end.type === type && end.code === code),
    );
    const lines = new Set([...ends.map((end) => end.line), ...scene.with(words)]);
    if (lines.size === 0) return undefined;
    const after = scene.with(/state changed \(connected -> /);
    return {
      evidence: [...lines, ...after],
      confidence: 'certain',
      explains: ['F78', 'F92'],
    };
  };
}

/** A session that was up is ended from outside. */
export const sessionEnd: readonly Signature[] = [
  {
    fault: 'F91',
    title: 'the peer ends PPP: the modem or the network hangs up',
    rung: 'S10',
    settles: false,
    causes: [
      cause('the network released the session', 'time between drops; AT+CEER', RECONNECT),
      LIMIT,
      cause(
        'the modem reset itself',
        'AT!GSTATUS? Reset Counter; dmesg | grep "USB disconnect"',
        'newer modem firmware',
      ),
    ],
    match: (scene) => {
      const session = scene.ppp.find(
        (s) =>
          s.carrier !== 'other' &&
          (s.address || s.connectTime) &&
          (s.endedByPeer || s.hangup) &&
          !s.echoLost &&
          !s.endedByHost,
      );
      if (!session) return undefined;
      const evidence = session.lines.filter((line) =>
        /^LCP terminated|^Modem hangup|^Connect time|^Sent /.test(line.text),
      );
      return { evidence, confidence: 'certain', explains: ['F92'] };
    },
  },
  {
    fault: 'F92',
    title: 'the session was released from the network side; operators do so at fixed intervals',
    rung: 'S10',
    settles: true,
    causes: [LIMIT, NETWORK, STUCK],
    match: released,
  },
  {
    fault: 'F93',
    title: 'the network released an idle session',
    rung: 'S10',
    settles: true,
    causes: [
      cause(
        'inactivity limit of the operator',
        'vary the idle time: at which length does it drop?',
        'a ping a minute',
      ),
    ],
    match: endedBy([[3, 1077]], /pdp-inactive-timeout/),
  },
  {
    fault: 'F95',
    title: 'the modem detached from the network: usual when the allowed radio modes or bands are changed',
    rung: 'S10',
    settles: true,
    causes: [
      cause(
        'a mode or band was set (by hand, by a page, by a script)',
        'was AT!SELRAT, AT+QCFG, mmcli --set-allowed-modes or the like used at that time?',
        'none needed: it reconnects',
      ),
      cause('the network detached it', 'it happens with nobody touching it', RECONNECT),
    ],
    match: endedBy([[3, 1028]], /emm-detached/),
  },
  {
    fault: 'F96',
    title: 'the network deactivated the session',
    rung: 'S10',
    settles: true,
    causes: [NETWORK, cause('radio link lost', 'AT!GSTATUS? before the drop', 'antenna')],
    match: endedBy(
      [
        [6, 36],
        [6, 38],
        [6, 39],
        [3, 1062],
        [3, 1026],
      ],
      /\[3gpp\] (?:regular-deactivation|reactivation-requested|reattach-required|network-failure)|radio-link-failure/,
    ),
  },
  {
    fault: 'F97',
    title: 'the modem firmware crashed',
    rung: 'S10',
    settles: false,
    causes: [
      cause(
        'a fault of this modem firmware',
        'AT!GCDUMP: File and Line; the same after an update',
        'newer modem firmware',
      ),
      cause('the hardware', 'another unit with the same firmware in the same place', 'replace it'),
    ],
    match: seen(
      /^Src: FatalError|Assertion \S+ failed|modem (?:subsystem|firmware) (?:crash|failure)|remoteproc\S* .*(?:fatal error|crash)|firmware (?:just )?crashed/i,
      { confidence: 'certain', explains: ['F16', 'F63'] },
    ),
  },
];
