import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

const WANTED =
  /PIN not specified but required|^PIN required$|^please check PIN \(remaining|couldn't send PIN code to the SIM|mbim\[\d+\] PIN required|Unable to verify PIN|\+CPIN: SIM PIN(?!2)|PIN verify count value|pin1-or-upin-pin-required|(?:PIN1 state|Status): +'?enabled-not-verified|Failed to Unlock SIM Pin|required pin: \d+ - pin1|PIN_(?:NOT_SPECIFIED|TRIES_BELOW_LIMIT)|\block: +sim-pin(?!2)|SIM PIN required|PIN_FAILED|MM_PINCODE_(?:WRONG|REQUIRED)|"card_application_state": ?"pin-required"|"pin1_status": ?"not_verified"|readystate: 0006|^check S4 not reached: SIM pin|\+CME ERROR: (?:11|16|incorrect password|SIM PIN required)\b/i;

function pin(scene: Scene): Match | undefined {
  const wanted = seen(WANTED, {
    confidence: 'certain',
    unless: /Failed to read modem caps|Error setting PIN/,
    overcomeAt: 'S4',
    explains: ['F57', 'F58'],
  })(scene);
  if (wanted) return wanted;
  // modemmanager.sh leaves this code for the last try of a PIN and for a PUK alike.
  const locked = seen(/MM_CHECK_UNLOCK_PIN/, { settles: false, title: LOCKED, overcomeAt: 'S4' })(scene);
  if (locked) return locked;
  // comgt's setpin script says the same of a wrong PIN and of no card at all.
  return seen(/Error setting PIN, check card/, {
    settles: false,
    title: CHECK_CARD,
    causes: [NO_CARD, ...PIN_CAUSES],
  })(scene);
}

const LOCKED = 'the SIM is locked: only one try of the PIN is left, or it wants its PUK';
const CHECK_CARD = 'the PIN could not be given to the SIM: it is wrong, or there is no SIM';
const NO_CARD = cause(
  'no SIM, or not seated',
  'AT+CPIN? on the AT port: SIM PIN, or "SIM not inserted"?',
  'seat the SIM, reset the modem',
);
const PIN_CAUSES = [
  cause(
    'no PIN is configured',
    'uci get network.wwan.pincode; AT+CPIN? says SIM PIN',
    "uci set network.wwan.pincode='....', or switch the PIN off in a phone",
  ),
  cause(
    'the PIN is wrong',
    'uqmi -d /dev/cdc-wdm0 --get-pin-status: tries left. Below 3 do not try again by script',
    'the right PIN, by hand',
  ),
];

/** PIN, PUK, PIN2. */
export const simLock: readonly Signature[] = [
  {
    fault: 'F43',
    title: 'the SIM wants a PIN, or got a wrong one',
    rung: 'S4',
    settles: true,
    causes: PIN_CAUSES,
    match: pin,
  },
  {
    fault: 'F44',
    title: 'the SIM is blocked and wants its PUK',
    rung: 'S4',
    settles: true,
    causes: [cause('three wrong PINs', 'AT+CPIN? says SIM PUK', "the operator's PUK, by hand, in a phone")],
    match: seen(
      /PUK required|PUK_NEEDED|^check S4 not reached: SIM puk|\+CPIN: SIM PUK(?!2)|- puk1|\block: +sim-puk(?!2)|"pin1_status": ?"(?:permanently_)?blocked"|"card_application_state": ?"(?:puk-required|pin1-blocked)"|PIN status failed \(permanently_blocked|puk1-or-upin-puk-required|PIN1 state: +'(?:permanently-)?blocked'|\+CME ERROR: (?:12|SIM PUK required)\b/i,
      {
        confidence: 'certain',
        explains: ['F43'],
      },
    ),
  },
  {
    fault: 'F45',
    title: 'PIN2 is asked for, which data does not need: it is misread as a lock',
    rung: 'S4',
    settles: true,
    causes: [
      cause(
        'PIN2 guards phone book entries, nothing else',
        'AT+CPIN? says READY',
        'ignore it; a newer umbim or ModemManager',
      ),
    ],
    match: seen(/\block: +sim-pin2|\+CPIN: SIM PIN2|required pin: \d+ - pin2\b/i, {
      // mmcli names this lock of a modem that is well: there it is the state that counts.
      unless: /\+CPIN: SIM PUK(?!2)|\bstate: +'?(?:disabled|enabl\w+|searching|registered|connect\w+)/,
      overcomeAt: 'S7',
    }),
  },
];
