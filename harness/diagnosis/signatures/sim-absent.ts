import type { LogLine } from '../log.ts';
import { heightOf } from '../ladder.ts';
import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

const ABSENT =
  /SIM (?:card )?not (?:inserted|present|detected|found)|sim[-_]not[-_](?:inserted|present)|sim-missing|SIM (?:is )?missing|no SIM card|\+CME ERROR: 10\b|\+CMS ERROR: 310\b|\+QSIMSTAT: \d,0|\+CPIN: NOT INSERTED|"card_state": "absent"|card state: 'absent'|SimNotInserted|SIM_ABSENT|SIM_MISSING|^check S4 not reached: SIM absent/i;
// A user's assurance, or a question, is not the modem's word.
const ONLY_TALK = /\?$|\bthe way\b|checked|\bsure\b/i;

function absent(scene: Scene): LogLine[] {
  const said = scene.with(ABSENT).filter((line) => !ONLY_TALK.test(line.text));
  return [...said, ...emptyStates(scene)].sort((a, b) => a.number - b.number);
}

/** `uqmi --uim-get-sim-state` prints `{}` when it finds no card. */
function emptyStates(scene: Scene): LogLine[] {
  const out: LogLine[] = [];
  scene.lines.forEach((line, i) => {
    if (!/--uim-get-sim-state/.test(line.text)) return;
    const answer = scene.lines.slice(i + 1, i + 4).filter((l) => l.text !== '');
    const text = answer.map((l) => l.text).join('');
    if (/^\{ *\}/.test(text)) out.push(line, ...answer.slice(0, text === '{}' ? answer.length : 1));
  });
  return out;
}

/** mbim.sh says no more than that the subscriber is not ready; the ready state may tell why. */
function subscriberNotReady(scene: Scene): Match | undefined {
  const evidence = scene.with(/Subscriber init failed|NO_SUBSCRIBER/);
  const last = evidence.at(-1);
  if (!last || scene.has(/readystate: 000[3-6]|PIN required/) || scene.reachedAfter(last.number, 'S4'))
    return undefined;
  return { evidence, confidence: 'likely', settles: false, title: NOT_READY };
}

/** ROOter's scripts don't look why. */
const unreadable = seen(/IMSI cannot be read|Connection \d+ +SIM Error/, {
  overcomeAt: 'S4',
  settles: false,
  title: 'the SIM cannot be read: it is missing, not seated or locked',
});

const NOT_READY = 'the SIM is not ready for MBIM: usually there is none, or it is not seated';

/** Source: xmm7360-pci#225, #227: an XMM7360 under its PCIe driver answers AT commands, and reads its card only when told to. */
const OVER_PCIE: Partial<Match> = {
  settles: false,
  title: 'the modem tells of no SIM; under the PCIe driver iosm it may also not have been told to read it',
  causes: [
    cause(
      'an XMM7360 that was not initialised over its RPC port',
      'this card in a phone; does ModemManager list the port xmmrpc?',
      'a ModemManager that knows xmmrpc, or the programs of xmm7360-pci',
    ),
    cause('no SIM, or not seated', 'look; another card here', 'push it home, and restart the modem'),
  ],
};

function neverThere(scene: Scene): Match | undefined {
  const evidence = absent(scene);
  const last = evidence.at(-1);
  if (!last) return subscriberNotReady(scene) ?? unreadable(scene);
  if (scene.reachedAfter(last.number, 'S4') || pulledOut(scene)) return undefined;
  return {
    evidence,
    confidence: 'certain',
    ...(scene.has(/\biosm\b/) ? OVER_PCIE : {}),
    explains: ['F01', 'F41', 'F42', 'F33', 'F57', 'F58', 'F61', 'F70', 'F75', 'F78', 'F43'],
  };
}

function pulledOut(scene: Scene): Match | undefined {
  const first = absent(scene)[0];
  if (!first) return undefined;
  const up = scene.reached.find((r) => r.line.number < first.number && heightOf(r.rung) >= heightOf('S7'));
  if (!up) return undefined;
  return { evidence: [up.line, ...absent(scene)], confidence: 'likely', explains: ['F90', 'F92', 'F96'] };
}

const RESEAT = 'take it out, look at the notch, push it home, then AT!RESET (Sierra) or AT+CFUN=1,1';

/** The modem finds no card. */
export const simAbsent: readonly Signature[] = [
  {
    fault: 'F40',
    title: 'the modem finds no SIM: not inserted, the wrong way round, or not making contact',
    rung: 'S4',
    settles: true,
    causes: [
      cause('it lies the wrong way round or is not pushed home', 'look; AT+CPIN? before and after', RESEAT),
      cause(
        'an adapter (nano to micro) or a bent contact',
        'without the adapter; another card here',
        'a card of the right size',
      ),
      cause(
        'it was changed while the modem was on',
        'AT!RESET or AT+CFUN=1,1, then AT+CPIN?',
        'reset the modem after each change',
      ),
      cause(
        "the holder's solder, or the card is dead",
        'this card in a phone, another card here',
        'repair, or replace the card',
      ),
    ],
    match: neverThere,
  },
  {
    fault: 'F48',
    title: 'the SIM went away while the link was up',
    rung: 'S4',
    settles: true,
    causes: [
      cause(
        'it was pulled, or vibration broke the contact',
        'order of events: the SIM goes before the session',
        RESEAT,
      ),
      cause('a worn contact', 'another card; clean the contacts', 'replace the holder'),
    ],
    match: pulledOut,
  },
];
