import type { LogLine } from '../log.ts';
import { kernelStamp, readStamp, type Stamp } from './stamp.ts';

/** A line without its number and its original: what its prefix says, and the message. */
export type Parsed = Omit<LogLine, 'number' | 'original'>;

const FACILITY =
  /^(?:kern|user|daemon|auth|authpriv|syslog|cron|mail|lpr|ftp|local\d)\.(?:emerg|alert|crit|err|error|warn|warning|notice|info|debug):? /;
const HOST = /^(?![\w./-]+(?:\[\d+\])?: )\S+ (?=\S)/;
const TAG = /^([A-Za-z_][\w./@+-]*)(?:\[(\d+)\])?: ?(?=\S|$)/;
const TAG_PID_ONLY = /^\[(\d+)\]: /;
// Programs whose tag is believed even where no stamp and no facility precede it.
const KNOWN =
  /^(?:kernel|netifd|pppd|chat|comgt|gcom|ModemManager|NetworkManager|dnsmasq(?:-dhcp)?|odhcpd|odhcp6c|udhcpc|firewall|mwan3\S*|uqmi_d|usb-modeswitch|hostapd|wpa_supplicant)$/;
// `Connect: 3g-wwan <--> /dev/ttyUSB2` is no program's tag: programs are written small.
const PROGRAM = /^[a-z_]/;
const INTERFACE = /^([\w.-]+) \((\d+)\): ?(.*)$/;
const DIRECTION = /^(?:rec(?:ei|ie)ved?(?: response)?|recv|rx|in|send|sent|tx|out)\s*:\s*(?=\S|$)/i;
/** `logs/router.log` and `logs/merged.log` of a run directory: the run's own clock and how we know stand before the line. */
const OWN_LOG = /^-?\d+\.\d{3} (?:line| *-(?:\d+\.\d{3}|\?) (?:boot|after) \d+ [L-][S-][C-]) (?=\S)/;
// ROOter's own copies of qmi.sh and mbim.sh say the same words under another tag.
const ROOTER = /^(MBIM|QMI) Connect(?: \d+)?:? +(?=\S)/;
const BULLET = /^\s*(?:[-*•+]|\d+[.)])\s+/;

/** Splits a cleaned line into what its prefix says and the message. */
export function parsePrefix(clean: string): Parsed {
  const { text, stamp } = unbullet(clean.trimStart().replace(OWN_LOG, ''));
  let rest = stamp?.rest ?? text;
  let known = stamp?.mayHaveTag === true;
  if (stamp?.mayHaveHost && HOST.test(rest) && !FACILITY.test(rest)) rest = rest.replace(HOST, '');
  const facility = FACILITY.exec(rest);
  if (facility) {
    rest = rest.slice(facility[0].length).trimStart();
    known = true;
  }
  // ROOter's modlog: `Mon Jul  8 08:38:51 2024 : Tag text`.
  if (stamp && rest.startsWith(': ')) rest = rest.slice(2);
  const tagged = readTag(rest, known);
  return { ...withMessage(tagged, stamp) };
}

/** A list bullet is one only if a time stamp follows: `-- got it` begins with dashes of its own. */
function unbullet(text: string): { text: string; stamp: Stamp | undefined } {
  const stamp = readStamp(text);
  if (stamp || !BULLET.test(text)) return { text, stamp };
  const bare = text.replace(BULLET, '');
  const behind = readStamp(bare);
  return behind || FACILITY.test(bare) ? { text: bare, stamp: behind } : { text, stamp: undefined };
}

interface Tagged {
  readonly process?: string;
  readonly pid?: number;
  readonly message: string;
}

function readTag(rest: string, known: boolean): Tagged {
  const match = TAG.exec(rest);
  if (match?.[1] && (match[2] !== undefined || KNOWN.test(match[1]) || (known && PROGRAM.test(match[1])))) {
    const pid = match[2] === undefined ? {} : { pid: Number(match[2]) };
    return { process: match[1], ...pid, message: rest.slice(match[0].length) };
  }
  const pidOnly = TAG_PID_ONLY.exec(rest);
  if (pidOnly) return { pid: Number(pidOnly[1]), message: rest.slice(pidOnly[0].length) };
  return { message: rest };
}

function withMessage(tagged: Tagged, stamp: Stamp | undefined): Parsed {
  let message = tagged.message.trimStart();
  let time: Pick<Parsed, 'timeMs' | 'timeResolution'> = {
    ...(stamp?.timeMs === undefined ? {} : { timeMs: stamp.timeMs }),
    timeResolution: stamp?.timeResolution ?? 'none',
  };
  const kernel = kernelStamp(message);
  if (kernel) {
    message = kernel.rest;
    if (time.timeMs === undefined && kernel.timeMs !== undefined) {
      time = { timeMs: kernel.timeMs, timeResolution: kernel.timeResolution };
    }
  }
  const process = tagged.process === undefined ? {} : { process: tagged.process };
  const handler =
    tagged.process === undefined || tagged.process === 'netifd' ? INTERFACE.exec(message) : null;
  if (handler?.[1] !== undefined) {
    const pid = Number(handler[2]);
    return { ...process, pid, interface: handler[1], text: (handler[3] ?? '').trim(), ...time };
  }
  const pid = tagged.pid === undefined ? {} : { pid: tagged.pid };
  const text = message
    .replace(ROOTER, (_tag, kind) => (kind === 'MBIM' ? 'mbim[1] ' : ''))
    .replace(DIRECTION, '');
  return { ...process, ...pid, text: text.trimEnd(), ...time };
}
