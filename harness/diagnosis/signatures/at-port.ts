import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

const DEAD = cause(
  'the modem firmware has hung',
  'echo AT > /dev/ttyUSB2 and read; does only a power cut help?',
  'cut the power of the modem; newer firmware',
);
const WRONG = cause(
  'it is the wrong tty (NMEA, diagnostics)',
  'ATI on each of /dev/ttyUSB*',
  'option device to the port that answers',
);
const SHARED = cause('a second program writes to the port', 'fuser -v /dev/ttyUSB2', 'leave one owner');

/** chat waited in vain: before the dial the port is mute, after it the network does not answer. */
export function chatTimeout(dialled: boolean): (scene: Scene) => Match | undefined {
  return (scene) => {
    for (const session of scene.ppp) {
      const alarm = session.lines.find((line) => /^alarm$/.test(line.text));
      if (!alarm) continue;
      const before = session.lines.filter((line) => line.number < alarm.number);
      const lastExpect = before.findLast((line) => line.text.startsWith('expect ('));
      if (/CONNECT/.test(lastExpect?.text ?? '') !== dialled) continue;
      const failed = session.lines.filter((line) => /^Failed|^Connect script failed/.test(line.text));
      return { evidence: [...(lastExpect ? [lastExpect] : []), alarm, ...failed], confidence: 'certain' };
    }
    return undefined;
  };
}

const MUTE = seen(
  /Could not (?:write to|read from) COM device|No response from modem|^Failed to get modem information$|^check S3 not reached/,
  { errors: /^GETINFO_FAILED$/, confidence: 'certain', overcomeAt: 'S7' },
);
/** RutOS's gsmd. */
const UNWRITABLE = seen(/\bmodem failed: errno 5$|Failed to send command \(0\/\d+ bytes transferred\)/, {
  atLeast: 2,
  overcomeAt: 'S7',
  settles: false,
  causes: [
    DEAD,
    cause(
      'an update of the modem firmware is under way, or broke off',
      'was one begun? lsusb: does the modem show other interfaces than before?',
      'let it end; then the same update again, by cable',
    ),
  ],
});

/** ncm.sh looks up the maker in ncm.json, and jshn says by which name. */
const UNASKED = {
  confidence: 'certain',
  title: 'what the modem says unasked is taken for its answer: its maker cannot be read',
  causes: [
    cause(
      'the port tells of signal and state without being asked',
      'gcom -d /dev/ttyUSB2 -s /etc/gcom/getcardinfo.gcom: lines such as ^RSSI?',
      'switch it off (Huawei: AT^CURC=0), or option device to a port that tells nothing unasked',
    ),
    SHARED,
  ],
  explains: ['F28'],
} satisfies Partial<Match>;

/** The tty is there, and AT commands get nowhere. */
export const atPort: readonly Signature[] = [
  {
    fault: 'F35',
    title: 'the tty exists but the modem takes no commands',
    rung: 'S3',
    settles: true,
    causes: [DEAD, WRONG],
    match: (scene) => MUTE(scene) ?? UNWRITABLE(scene),
  },
  {
    fault: 'F37',
    title: 'ModemManager gives up on a port of the modem: it timed out again and again',
    rung: 'S3',
    settles: true,
    causes: [
      DEAD,
      SHARED,
      cause(
        'the port should be left alone',
        'mmcli -m 0: which ports does it use?',
        'a udev rule with ID_MM_PORT_IGNORE',
      ),
    ],
    match: (scene) => {
      const warned = scene.with(/port \S+ timed out \d+ consecutive times|marking modem as invalid/);
      const gaveUp = warned.some((line) => /timed out \d\d+ consec|as invalid/.test(line.text));
      return { evidence: warned, confidence: gaveUp ? 'certain' : 'possible' };
    },
  },
  {
    fault: 'F71',
    title: 'the port answers AT commands with ERROR or garbage',
    rung: 'S3',
    settles: true,
    causes: [
      WRONG,
      SHARED,
      cause('flow control or a lost echo', 'stty -F /dev/ttyUSB2', 'another tty of the same modem'),
    ],
    match: (scene) => {
      const garbled = scene.with(/"\^M ?AT[D&+E]|\^MATD\*99.*\^MAT|^(?:T\+|\+)CGDCONT=1,"IP".*\^MATD/);
      const refused = scene.with(/^Failed \(ERROR\)/);
      const session = scene.ppp.find((s) => s.lines.some((line) => refused.includes(line)));
      const early = session && !session.lines.some((line) => /^send \(AT[D+]/.test(line.text));
      // ncm.sh sends each make's commands through runcommand.gcom, which looks for OK.
      const ncm = [
        ...scene.with(/^Failed to (?:initialize modem|configure modem|set operating mode)$/),
        ...scene.errors(/^(?:INITIALIZE|CONFIGURE|SETMODE|FINALIZE)_FAILED$/),
      ];
      const evidence = [...garbled, ...(early ? refused : []), ...ncm];
      const unasked = scene.with(/^WARNING: Variable '[\^+]/);
      if (unasked.length > 0) return { evidence: [...evidence, ...unasked], ...UNASKED };
      if (evidence.length > 0) return { evidence, confidence: 'likely' };
      return seen(/at port response unexpected/, { atLeast: 3, overcomeAt: 'S8', settles: false })(scene);
    },
  },
  {
    fault: 'F72',
    title: 'chat waits for an answer that never comes: the port is mute',
    rung: 'S3',
    settles: false,
    causes: [DEAD, WRONG, SHARED],
    match: chatTimeout(false),
  },
];
