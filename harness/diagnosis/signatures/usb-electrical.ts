import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

const CABLE = cause(
  'cable, connector or signal',
  'another cable (short), another port, USB 2.0 only',
  'replace the cable; AT!USBSPEED=0 keeps a Sierra card off USB 3',
);
const SUPPLY = cause(
  'in-rush or brown-out of the 5 V supply',
  'the same modem behind a powered hub; volts at the modem while it starts',
  'a powered hub, a stronger supply, a shorter cable',
);
const HUNG = cause(
  'the modem firmware has hung and answers nothing',
  'does only a cold power-off bring it back?',
  'a power switch for the modem; newer modem firmware',
);
const EFFECTS = ['F15', 'F16', 'F34', 'F11'] as const;

const EPROTO =
  /device descriptor read\/\w+, error -71|can't set config #\d+, error -71|device not accepting address \d+, error -71|string descriptor \d+ read error: -71|unable to read config index \d+ descriptor.*: -(?:71|32)|can't read configurations, error -(?:71|32)|unable to get BOS descriptor.*-71|clear tt \d+ \(\w+\) error -71|Maybe the USB cable is bad/;
const TIMEOUT =
  /device descriptor read\/\w+, error -(?:110|62|145)|device not accepting address \d+, error -(?:110|62|145)|unable to enumerate USB device|attempt power cycle|unable to read config index \d+ descriptor.*: -110|can't set config #\d+, error -110/;
const CONTROLLER =
  /dwc2 \S+: (?:Not connected|NYET\/NAK|.*Transfer error|.*babble|.*ChHltd set, but reason is unknown)|dwc_otg.*(?:error|halt)|xhci\S* .*(?:not responding|HC died|host controller (?:died|halted)|ERROR Transfer)|ehci\S* .*(?:fatal error|force halt|HC died)|ohci\S* .*(?:unrecoverable|HC died)|HC died; cleaning up/i;

/** `usb 1-1`, and the ports of hubs: `usb usb4-port1` is 4-1, `usb 1-1.1-port2` is 1-1.1.2. */
function portOf(text: string): string | undefined {
  const match = /^usb (?:usb(\d+)-port(\d+)|(\d[\d.-]*)-port(\d+)|(\d[\d.-]*))[: ]/.exec(text);
  if (!match) return undefined;
  const [, bus, rootPort, hub, port, path] = match;
  return path ?? (hub === undefined ? `${bus}-${rootPort}` : `${hub}.${port}`);
}

/** The device was found on this port in the end. */
function enumeratedAfter(scene: Scene, { evidence }: Match): boolean {
  const last = evidence.at(-1);
  const ports = new Set(evidence.map((line) => portOf(line.text)));
  return scene.lines.some(
    (line) =>
      line.number > (last?.number ?? 0) &&
      ports.has(portOf(line.text)) &&
      /New USB device found/.test(line.text),
  );
}

/** USB fails below the drivers: power, signal, host controller. */
export const usbElectrical: readonly Signature[] = [
  {
    fault: 'F17',
    title: 'the hub switches the port off (EMI?): the USB port is disturbed electrically',
    rung: 'S1',
    settles: true,
    causes: [
      SUPPLY,
      CABLE,
      cause('the host controller', 'the same modem and cable on another host', 'an external hub'),
    ],
    match: seen(/port \d+ disabled by hub \(EMI\?\)/, {
      confidence: 'certain',
      explains: [...EFFECTS, 'F18', 'F19'],
    }),
  },
  {
    fault: 'F18',
    title: 'USB protocol errors (-71) while the modem enumerates',
    rung: 'S1',
    settles: true,
    causes: [
      CABLE,
      SUPPLY,
      cause(
        'the moment at which the stick switches its mode',
        'does it settle after the second enumeration?',
        'usb-modeswitch for this id',
      ),
    ],
    match: (scene) => {
      const match = seen(EPROTO, { explains: [...EFFECTS, 'F19'] })(scene);
      return match && enumeratedAfter(scene, match) ? { ...match, confidence: 'possible' } : match;
    },
  },
  {
    fault: 'F19',
    title: 'the modem does not answer when it is enumerated',
    rung: 'S1',
    settles: true,
    causes: [HUNG, SUPPLY],
    match: (scene) => {
      const match = seen(TIMEOUT, { explains: EFFECTS, overcomeAt: 'S3' })(scene);
      if (!match || enumeratedAfter(scene, match)) return undefined;
      // The hub tries it for any device, and mostly with success.
      const tried = match.evidence.every((line) => /attempt power cycle/.test(line.text));
      return tried ? { ...match, confidence: 'possible' } : match;
    },
  },
  {
    fault: 'F21',
    title: "the host's own supply is too low",
    rung: 'S0',
    settles: true,
    causes: [
      cause(
        'weak adapter or cable',
        'vcgencmd get_throttled on a Raspberry Pi, a meter elsewhere',
        'a stronger adapter',
      ),
      cause("the modem's load", 'does it go away with the modem unplugged?', 'a powered hub for the modem'),
    ],
    match: seen(/under-?voltage detected/i, { confidence: 'certain', explains: EFFECTS }),
  },
  {
    fault: 'F22',
    title: 'the USB port reports over-current',
    rung: 'S1',
    settles: true,
    causes: [
      cause(
        'short, or a peak above the limit of the port',
        'dmesg | grep -i over-current; another modem on this port',
        'a powered hub',
      ),
      cause('a false trip', 'it happens with nothing plugged in', 'replace the port or ignore it'),
    ],
    match: seen(/over-?current (?:change|condition|detected)/i, { confidence: 'certain', explains: EFFECTS }),
  },
  {
    fault: 'F23',
    title: 'the modem is not on USB at all',
    rung: 'S1',
    settles: false,
    causes: [
      cause(
        'its slot has no power: a GPIO is off, or the image is for another board',
        'lsusb; cat /sys/kernel/debug/gpio; cat /tmp/sysinfo/board_name',
        'switch the slot on; the right image',
      ),
      cause(
        'the slot uses the USB 3 pins of the card for PCIe, or has no USB 2',
        'the same card in a USB adapter on a PC',
        'AT!USBSPEED=0 there, or tape over the pins',
      ),
      cause(
        'the card is dead, or not pushed home',
        'the same card in a USB adapter on a PC',
        'seat it, replace it',
      ),
    ],
    match: seen(/^check S1 not reached: no /, { confidence: 'certain' }),
  },
  {
    fault: 'F24',
    title: 'transfer errors of the USB host controller',
    rung: 'S1',
    settles: true,
    causes: [
      cause(
        'cable too long, or its signal too weak',
        'a short cable for a day: do the errors go away?',
        'a short or an active cable',
      ),
      cause('a hub in between', 'without the hub', 'another hub'),
      SUPPLY,
    ],
    match: seen(CONTROLLER, { explains: EFFECTS }),
  },
];
