import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

const UNREAD =
  /\+?CME ERROR:? 13\b|SIM failure|Uim ?Uninitiali[sz]ed|readystate: 000[34]\b|^SIM not initialized$|PIN status failed \((?!sim_not_present|permanently_blocked)|^check S4 not reached: SIM failed/i;
const SWAPPED =
  /(?:remov|swap|chang|exchang|replac|reinsert|insert)\w* (?:\w+ ){0,4}SIM|SIM (?:\w+ ){0,4}(?:remov|swap|chang|reinsert|hot)|hot.?swap/i;
const BUSY = /\+CME ERROR: (?:SIM busy|14\b)|"UIM uninitialized"|^check S4 not reached: SIM busy/i;

function notReRead(scene: Scene): Match | undefined {
  const evidence = scene.told(UNREAD, /^(?:SIM_NOT_INITIALIZED|PIN_STATUS_FAILED)$/);
  const last = evidence.at(-1);
  if (!last || scene.reachedAfter(last.number, 'S5')) return undefined;
  const swapped = scene.with(SWAPPED).filter((line) => !/hot swap setup/.test(line.text));
  if (swapped.length === 0) return { evidence, confidence: 'likely', settles: evidence.length > 1 };
  const all = [...evidence, ...swapped];
  return { evidence: all, confidence: 'certain', explains: ['F42', 'F57'] };
}

function flapping(scene: Scene): Match | undefined {
  const turns = scene.with(
    /\+QUSIM: \d|\+CPIN: (?:READY|NOT)|SIM not inserted|PIN state.*(?:OK \(1\)|Required PIN)|\+QSIMSTAT: \d,\d/i,
  );
  const kinds = turns.map((line) => /READY|OK \(1\)|,1$/.test(line.text));
  const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
  return changes >= 3
    ? { evidence: turns, confidence: 'likely', explains: ['F40', 'F48', 'F41'] }
    : undefined;
}

/** There is a card, and it is not ready. */
export const simState: readonly Signature[] = [
  {
    fault: 'F41',
    title: 'the SIM was not read: usual after it was changed while the modem was on',
    rung: 'S4',
    settles: true,
    causes: [
      cause(
        'the modem does not read a card that is put in while it runs',
        'AT!RESET or AT+CFUN=1,1, then AT+CPIN?',
        'reset the modem after changing the SIM',
      ),
      cause('the card is bad', 'another card; this one in a phone', 'replace it'),
    ],
    match: notReRead,
  },
  {
    fault: 'F42',
    title:
      'the router takes the SIM state for illegal and power-cycles the slot again and again: the SIM part cannot be read',
    rung: 'S4',
    settles: false,
    causes: [
      cause(
        'no SIM, or not seated: an empty answer is read as illegal',
        'uqmi -d /dev/cdc-wdm0 --uim-get-sim-state: {} means no card',
        'seat the SIM',
      ),
      cause(
        'the modem does not know the request for slot power or card state',
        'the same answer with and without a card; AT+CPIN? on the AT port',
        'a qmi.sh that ignores a missing state',
      ),
      cause(
        'the card starts more slowly than qmi.sh waits after it switched it on',
        'uqmi -d /dev/cdc-wdm0 --uim-power-on; how long until --uim-get-sim-state tells of PIN1?',
        'a qmi.sh that waits longer (OpenWrt after May 2025)',
      ),
      cause('a second program on the control node', 'ps w | grep -E "uqmi|ModemManager"', 'leave one owner'),
      cause('the card is barred', 'the card in a phone', 'ask the operator'),
    ],
    match: seen(/SIM in illegal state|SIM_ILLEGAL_STATE/, { confidence: 'certain', overcomeAt: 'S6' }),
  },
  {
    fault: 'F46',
    title: 'the modem remembers a stale, invalid state of this SIM and refuses data, though it is registered',
    rung: 'S7',
    settles: true,
    causes: [
      cause(
        'a freshly activated card was cached as invalid',
        'does it work after a reset of the modem (not of the router)?',
        'AT+CFUN=1,1, or radio off and on again',
      ),
    ],
    match: seen(/invalid-sim-state|\(3,2504\)/, { confidence: 'certain', explains: ['F78'] }),
  },
  {
    fault: 'F47',
    title: "the modem's SIM part is wedged: busy for ever",
    rung: 'S4',
    settles: true,
    causes: [
      cause(
        'a fault of the modem firmware at cold start',
        'AT+CPIN? still says "SIM busy" after 5 minutes; one USB re-enumeration cures it',
        'echo 0 > /sys/bus/usb/devices/1-1/authorized; sleep 3; echo 1 > the same',
      ),
      cause('the card itself', 'another card', 'replace it'),
    ],
    match: seen(BUSY, {
      together: /SIM busy|CME ERROR: 14\b/i,
      overcomeAt: 'S4',
      explains: ['F40', 'F41', 'F42'],
    }),
  },
  {
    fault: 'F49',
    title: 'the SIM comes and goes',
    rung: 'S4',
    settles: true,
    causes: [
      cause('modem firmware, if it began with an update', 'the earlier firmware', 'downgrade'),
      cause('contact', 'another card; press on the holder', 'clean or replace the holder'),
    ],
    match: flapping,
  },
];
