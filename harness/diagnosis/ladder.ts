import { rungs, type Rung } from '../core/ladder.ts';
import type { LogLine } from './log.ts';

/** A line that shows a rung of the connect ladder to be reached. */
export interface Reached {
  readonly rung: Rung;
  readonly line: LogLine;
}

const ORDER = Object.keys(rungs) as Rung[];

/** 0 for S0 … 10 for S10. */
export function heightOf(rung: Rung): number {
  return ORDER.indexOf(rung);
}

// The highest rung first: a line counts once.
const MARKS: readonly (readonly [Rung, RegExp])[] = [
  ['S9', /^\d+ bytes from [\d.]+: (?:icmp_)?seq|[1-9]\d* packets received|is online and tracking is active/],
  [
    'S8',
    /^local +IP address (?!0\.0\.0\.0)|lease of [\d.]+ obtained|^ipv4address: \d|\+CGPADDR: \d,"(?!0\.0\.0\.0)[\d.]+"/,
  ],
  ['S8', /\[modem\d+(?:\/bearer\d+)?\] +address: [\d.]+|^adding IPv4 address \d/],
  [
    'S7',
    /^Setting up (?:wwan|usb|eth)\d|mbim\[\d+\] Connected|activationstate: 0001|re-connected$|-> connected\)/,
  ],
  [
    'S7',
    /^IPv[46] connection setup required|IPv4ConnectionStatus: CONNECTED|packetservicestate: 0002|^"connected"$|Network started$/,
  ],
  ['S6', /Registered in (?:home|roaming|partner) mode|"registration": ?"registered"|registerstate: 000[345]/],
  [
    'S6',
    /^\+C(?:E|G)REG: ?(?:\d, ?[15]\b|[15](?:$|,"))|^Starting network |mbim\[\d+\] Attach to network|EMM state: +Registered/,
  ],
  [
    'S6',
    /-> registered\)|, PS: Attached|^Registered to \S+ PLMN|PS state: +Attached|Registered on (?:Home|Roaming|roaming) network|registration: +(?:home|roaming)\b/,
  ],
  [
    'S6',
    /Registration state: 'registered'|Register state: '(?:home|roaming|partner)'|Registered, (?:home|roaming)/,
  ],
  [
    'S5',
    /^State: Online|^\+CFUN: 1\b|^"online"$|mbim\[\d+\] Register with network|^Waiting for network registration/,
  ],
  [
    'S4',
    /^\+CPIN: READY|PIN verification is disabled|PIN already verified|readystate: 0001|SIM is ready|^SIM ready|SIM_READY|^SIMcard ready|PIN set successfully/,
  ],
  ['S4', /"card_application_state": ?"ready"|Application state: 'ready'|Ready state: 'initialized'/],
  [
    'S3',
    /^Manufacturer: (?:Sierra|Quectel)|mbim\[\d+\] Checking pin|^Pin Unlocked|^modem available at \/|^\+CSQ: |^\+COPS: /,
  ],
  [
    'S2',
    /now attached to ttyUSB\d|^wwan wwan\d: port \w+ attached|cdc-wdm\d+: USB WDM device|: register '(?:qmi_wwan|cdc_mbim|cdc_ether|rndis_host)'/,
  ],
];

/** The rungs that the lines show to be reached, in order of lines. */
export function reachedRungs(lines: readonly LogLine[]): Reached[] {
  const out: Reached[] = [];
  for (const line of lines) {
    const mark = MARKS.find(([, pattern]) => pattern.test(line.text));
    if (mark) out.push({ rung: mark[0], line });
  }
  return out;
}

/** The rung above the highest that was reached after `from`: where an attempt that failed got stuck. */
export function firstMissed(reached: readonly Reached[], from = 0): Rung | undefined {
  let highest = -1;
  for (const { rung, line } of reached) if (line.number >= from) highest = Math.max(highest, heightOf(rung));
  return highest < 0 ? undefined : ORDER[Math.min(ORDER.length - 1, highest + 1)];
}
