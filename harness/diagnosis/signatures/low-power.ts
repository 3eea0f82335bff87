import { heightOf } from '../ladder.ts';
import type { Scene } from '../scene.ts';
import { cause, seen, type FaultId, type Match, type Signature } from '../signature.ts';

const VOTERS = /LPM (?:voters|force flags)|^check S5 not reached/;

/** A voter for low power that is 1. The list may be folded onto the next line. */
function voter(pattern: RegExp): (scene: Scene) => Match | undefined {
  return (scene) => {
    const evidence = scene.lines.filter((line, i) => {
      if (!pattern.test(line.text)) return false;
      return VOTERS.test(line.text) || VOTERS.test(scene.lines[i - 1]?.text ?? '');
    });
    if (evidence.length === 0) return undefined;
    const state = scene.with(/^State: Low ?Power ?Mode/);
    const all = [...state, ...evidence];
    return { evidence: all, confidence: 'certain', explains: EFFECTS };
  };
}

const EFFECTS: readonly FaultId[] = ['F57', 'F53', 'F61', 'F62', 'F63'];

function fccLock(scene: Scene): Match | undefined {
  const voted = voter(/BIOS: ?1/)(scene);
  if (voted) {
    const also = scene.with(/FCC auth|operation not supported/i);
    return { ...voted, evidence: [...voted.evidence, ...also] };
  }
  const locked = seen(/\bfcc-locked\b/, { confidence: 'certain', explains: [...EFFECTS, 'F40'] })(scene);
  if (locked) return locked;
  const refused = seen(
    /Invalid transition|FCC Lock State: [1-9]|fcc.?(?:un)?lock(?:ed)?\b.*(?:need|require|fail|not)/i,
    {
      explains: EFFECTS,
    },
  )(scene);
  if (refused) return refused;
  // 1199:9079 is Lenovo's EM7455: its configuration locks the radio until it is told otherwise.
  const lenovo = scene.with(/Vendor=1199 ProdID=9079|1199:9079|idVendor=1199, idProduct=9079/i);
  if (lenovo.length === 0 || scene.reached.some((r) => heightOf(r.rung) >= heightOf('S6'))) return undefined;
  return {
    evidence: lenovo,
    confidence: 'possible',
    title: "a laptop maker's modem (1199:9079): its radio may be FCC-locked",
  };
}

/** The radio is held down. */
export const lowPower: readonly Signature[] = [
  {
    fault: 'F50',
    title: 'FCC lock: the modem stays in low power until it is authenticated, at every start',
    rung: 'S5',
    settles: true,
    causes: [
      cause(
        "a laptop maker's configuration asks for FCC authentication",
        'AT!PCINFO?: BIOS:1',
        'qmicli -d /dev/cdc-wdm0 --dms-set-fcc-authentication (uqmi --fcc-auth), at each start; for good: AT!PCFCCAUTH or a generic PRI',
      ),
      cause(
        'ModemManager from 1.18.4 on no longer does it by itself',
        'ls /etc/ModemManager/fcc-unlock.d',
        'ln -s /usr/share/ModemManager/fcc-unlock.available.d/1199 /etc/ModemManager/fcc-unlock.d/',
      ),
    ],
    match: fccLock,
  },
  {
    fault: 'F51',
    title: 'firmware and carrier configuration (PRI) do not match: the modem stays in low power',
    rung: 'S5',
    settles: true,
    causes: [
      cause(
        'firmware was flashed without the configuration that belongs to it',
        'AT!IMPREF? (or AT!GOBIIMPREF?): "mismatch" lines; AT!PRIID?',
        'flash the .cwe and .nvu pair, AT!IMPREF="GENERIC"',
      ),
      cause(
        'automatic selection by SIM wants an image that is not there',
        'AT!IMAGE?',
        'AT!IMPREF="GENERIC"',
      ),
      cause(
        'the unit has no valid configuration at all',
        'AT!PRIID?: "Unknown"',
        'flash the generic pair; return the unit',
      ),
    ],
    match: (scene) => {
      const voted = voter(/(?:IMSWITCH|GOBIIM): ?1/)(scene);
      const evidence = [
        ...(voted?.evidence ?? []),
        ...scene.with(
          /^(?:fw(?: version)?|carrier(?: name)?|config(?: name)?) mismatch|PRI Part Number: Unknown/,
        ),
      ];
      return evidence.length > 0 ? { evidence, confidence: 'certain', explains: EFFECTS } : undefined;
    },
  },
  {
    fault: 'F52',
    title: 'the slot holds W_DISABLE: the radio is switched off by a pin',
    rung: 'S5',
    settles: true,
    causes: [
      cause('pin of the slot', 'AT!PCINFO?: W_DISABLE:1', 'AT!PCOFFEN=2 ignores the pin; or tape it'),
      cause('rfkill', 'rfkill list', 'rfkill unblock all'),
    ],
    match: voter(/W_DISABLE: ?1/),
  },
  {
    fault: 'F54',
    title: 'too hot: the modem goes to low power',
    rung: 'S5',
    settles: true,
    causes: [cause('no heat sink, hot box', 'AT!PCTEMP? each minute', 'cooling')],
    match: (scene) =>
      voter(/Temp: ?1/)(scene) ??
      seen(/thermal-emergency|^Temp state: (?!Normal)\w+/i, { explains: EFFECTS })(scene),
  },
  {
    fault: 'F55',
    title: 'supply voltage out of range: the modem goes to low power',
    rung: 'S5',
    settles: true,
    causes: [cause('weak feed', 'AT!PCVOLT? under transmission: 3300 mV?', 'a better feed')],
    match: (scene) =>
      voter(/Volt: ?1/)(scene) ?? seen(/^Volt state: (?!Normal)\w+/i, { explains: EFFECTS })(scene),
  },
  {
    fault: 'F56',
    title: 'firmware 02.38.00.00 stays in low power whatever it is told',
    rung: 'S5',
    settles: true,
    causes: [cause('a change in this firmware', 'ATI: SWI9X30C_02.38.00.00', 'flash 02.33.03.00')],
    match: seen(/SWI9X30C_02\.38\.00\.00/, {
      together: /Low ?Power ?Mode|stuck in low power/i,
      unless: /(?:BIOS|IMSWITCH|W_DISABLE): ?1/,
    }),
  },
  {
    fault: 'F53',
    title: 'the radio is switched off by the host',
    rung: 'S5',
    settles: true,
    causes: [
      cause('a script left AT+CFUN=0 or 4', 'AT+CFUN?', 'AT+CFUN=1'),
      cause('ModemManager has the modem disabled', 'mmcli -m 0', 'mmcli -m 0 -e'),
    ],
    match: (scene) =>
      voter(/User: ?1/)(scene) ??
      seen(
        /^\+CFUN: [04]\b|power state: +low\b|Mode: '(?:persistent-)?low-power'|[Ss]oftware radio state: +'off'|^"(?:low_power|persistent_low_power|mode_only_low_power)"$/,
        {
          overcomeAt: 'S5',
          unless: /BIOS: ?1|Invalid transition/,
          explains: EFFECTS,
        },
      )(scene),
  },
];
