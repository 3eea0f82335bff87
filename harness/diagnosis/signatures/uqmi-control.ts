import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';
import { STARTING } from './data-session.ts';

const PS_UQMI = /^\d+ \S+ +\d+k? +[A-Z][<NLsl+]* .*\b(?:uqmi|umbim)\b.* -(?:-|d )/;

function hanging(scene: Scene): Match | undefined {
  const stuck = scene.with(PS_UQMI);
  const first = stuck[0];
  if (!first) return undefined;
  const killed = scene
    .with(/\bkill(?:all)? (?:-\d+ )?(?:\d+|uqmi)/)
    .filter((line) => line.number > first.number);
  return {
    evidence: [...scene.with(/^\d+ \S+ +\d+ .*\/?qmi\.sh .*setup/), ...stuck, ...killed],
    confidence: killed.length > 0 ? 'certain' : 'likely',
  };
}

const UNANSWERED = seen(
  /Failed to connect to service|^Request timed out$|Transaction timed out|CID allocation failed|^request\w+ (?:message timeout|err = 110)$/,
  { before: STARTING, overcomeAt: 'S6', explains: ['F33', 'F42'] },
);

/** Where the card is switched off and on more often than questions were left open, the modem answered in between. */
function mute(scene: Scene): Match | undefined {
  const match = UNANSWERED(scene);
  const answered = scene.with(/SIM in illegal state/).length;
  return match && match.evidence.length >= answered ? match : undefined;
}

/** uqmi does not get through to the modem. */
export const uqmiControl: readonly Signature[] = [
  {
    fault: 'F31',
    title: 'uqmi waits for ever for an answer, and the interface stays pending without an error',
    rung: 'S3',
    settles: true,
    causes: [
      cause(
        'the first request after start is not answered, and this qmi.sh gives uqmi no time-out',
        'kill the uqmi that hangs and ask again: does the second call answer at once?',
        'a newer qmi.sh (uqmi -t), or a call with a time-out before it',
      ),
      cause('the modem has hung', 'the second call hangs too', 'cut the power of the modem'),
    ],
    match: hanging,
  },
  {
    fault: 'F32',
    title: 'the modem does not answer QMI requests',
    rung: 'S3',
    settles: false,
    causes: [
      cause(
        'another program has the control node',
        'ps w | grep -E "uqmi|ModemManager"; fuser -v /dev/cdc-wdm0',
        'leave one owner',
      ),
      cause(
        'the modem is still starting',
        'again 30 s later: uqmi -t 2000 -d /dev/cdc-wdm0 --get-versions',
        "option delay '30'",
      ),
      cause('the wrong control node', 'ls -l /sys/class/usbmisc', 'option devpath'),
      cause('the modem has hung', 'only a power cut helps', 'newer modem firmware'),
    ],
    match: mute,
  },
  {
    fault: 'F33',
    title: "uqmi cannot read the modem's answer",
    rung: 'S3',
    settles: false,
    causes: [
      cause(
        'the SIM part is busy or absent',
        'uqmi -d /dev/cdc-wdm0 --uim-get-sim-state',
        'seat the SIM, reset the modem',
      ),
      cause('uqmi is too old for this firmware', 'the same request with qmicli', 'update uqmi'),
    ],
    match: seen(/^"?Failed to parse message data"?$/, {
      confidence: 'possible',
      atLeast: 2,
      overcomeAt: 'S6',
    }),
  },
  {
    fault: 'F83',
    title: 'the modem has no client id left for us',
    rung: 'S7',
    settles: false,
    causes: [
      cause(
        'client ids were taken and never released',
        'uqmi -d /dev/cdc-wdm0 --get-client-id wds',
        'uqmi -d /dev/cdc-wdm0 --sync, or reset the modem',
      ),
      cause('the modem has hung', 'uqmi -t 2000 -d /dev/cdc-wdm0 --get-versions', 'cut its power'),
    ],
    match: seen(/Unable to obtain client ID|NO_CID\b/, { confidence: 'certain', overcomeAt: 'S7' }),
  },
];
