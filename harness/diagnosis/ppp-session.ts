import type { LogLine } from './log.ts';

/** What a pppd talks over: a modem's tty, something that is no modem (PPPoE, PPTP, L2TP), or the log does not say. */
export type PppCarrier = 'modem' | 'other' | 'unknown';

/** The life of one pppd, so that evidence of one dial is not mixed with another's. */
export interface PppSession {
  readonly lines: readonly LogLine[];
  readonly carrier: PppCarrier;
  /** `pppd 2.4.7 started`: without it the log begins in mid-session. */
  readonly started: LogLine | undefined;
  /** The modem answered CONNECT. */
  readonly serial: LogLine | undefined;
  /** `Connect: 3g-wwan <--> /dev/ttyUSB2`: LCP begins. */
  readonly link: LogLine | undefined;
  readonly authenticated: LogLine | undefined;
  readonly address: LogLine | undefined;
  readonly echoLost: LogLine | undefined;
  readonly endedByPeer: LogLine | undefined;
  readonly hangup: LogLine | undefined;
  /** pppd was told to end: `Terminating on signal 15`. */
  readonly endedByHost: LogLine | undefined;
  /** Printed only if the link had been up. */
  readonly connectTime: { readonly line: LogLine; readonly minutes: number } | undefined;
  readonly traffic: { readonly line: LogLine; readonly sent: number; readonly received: number } | undefined;
}

const PPPD =
  /^(?:pppd [\d.]+ started|Plugin |Serial connection established|Using interface |Connect: |(?:CHAP|PAP|EAP) |local +(?:LL|IP) address|remote +(?:LL|IP) address|(?:primary|secondary) +DNS|No response to \d+ echo|Serial link appears|Connection terminated|Modem hangup|Hangup|Connect time|Sent \d+ bytes|Exit\.?$|Terminating|LCP|IPCP|IPV6CP|Connect script failed|PPP session|Protocol-Reject|Child process|Script |Remote message|Failed to (?:open|authenticate)|Removed stale lock)/;
const CHAT =
  /^(?:abort on|report \(|timeout set|send \(|expect \(|-- (?:got it|failed)|CONNECT\b|AT[&+DEZ]|\^M|NO CARRIER$|OK$|ERROR$|BUSY$|alarm$|Failed)/;
const END = /^Exit\.?$/;
const TTY = /<-+> \/dev\/(?:tty|modem|gsm)|ttyUSB|ttyACM|\b3g-\S|^Serial connection established/;
const OTHER = /pppoe|rp-pppoe|pptp|l2tp|PPP session is|<-+> (?!\/dev\/)\S/i;

interface Draft {
  /** Undefined: the log has none, or chat spoke first. */
  pid: number | undefined;
  readonly lines: LogLine[];
  /** Index of its last line in the log. */
  end: number;
}

/** Splits a log into the lives of its pppds: by pid where there is one, else by start and exit. */
export function pppSessions(lines: readonly LogLine[]): PppSession[] {
  const drafts: Draft[] = [];
  const open: Draft[] = [];
  lines.forEach((line, i) => {
    const draft = draftFor(line, open, drafts);
    if (!draft) return;
    draft.lines.push(line);
    draft.end = i;
    if (isPppd(line) && END.test(line.text)) open.splice(open.indexOf(draft), 1);
  });
  const others = lines.some((line) => /\bpppoe-|rp-pppoe/i.test(line.text));
  const ttys = lines.some((line) => TTY.test(line.text));
  const clear: PppCarrier = ttys ? 'modem' : 'other';
  const fallback = others === ttys ? 'unknown' : clear;
  return drafts.map((draft) => describe(draft.lines, carrierOf(draft, lines) ?? fallback));
}

/** Logs that lose their Exit lines leave sessions open: more than this many are not alive at once. */
const MOST_OPEN = 8;

function draftFor(line: LogLine, open: Draft[], drafts: Draft[]): Draft | undefined {
  const last = open.at(-1);
  const anonymous = line.process === undefined && line.pid === undefined;
  // A log may begin at the chat: the pppd that started it speaks when that has failed.
  if (line.process === 'chat') return last ?? newDraft(undefined, open, drafts);
  if (anonymous && CHAT.test(line.text)) return last;
  if (!isPppd(line)) return undefined;
  const own = line.pid === undefined ? last : ownDraft(line.pid, open);
  if (own && !/^pppd [\d.]+ started/.test(line.text)) return own;
  if (own) open.splice(open.indexOf(own), 1);
  return newDraft(line.pid, open, drafts);
}

function ownDraft(pid: number, open: readonly Draft[]): Draft | undefined {
  const own = open.findLast((draft) => draft.pid === pid);
  if (own) return own;
  const chatted = open.findLast(
    (draft) => draft.pid === undefined && draft.lines.every((line) => line.process === 'chat'),
  );
  if (chatted) chatted.pid = pid;
  return chatted;
}

function newDraft(pid: number | undefined, open: Draft[], drafts: Draft[]): Draft {
  const draft: Draft = { pid, lines: [], end: 0 };
  drafts.push(draft);
  open.push(draft);
  if (open.length > MOST_OPEN) open.shift();
  return draft;
}

function isPppd(line: LogLine): boolean {
  return (
    line.process === 'pppd' || (line.process === undefined && line.pid === undefined && PPPD.test(line.text))
  );
}

function describe(own: readonly LogLine[], carrier: PppCarrier): PppSession {
  const first = (pattern: RegExp): LogLine | undefined => own.find((line) => pattern.test(line.text));
  const echoLost = first(/^No response to \d+ echo-requests/);
  return {
    lines: own,
    carrier,
    started: first(/^pppd [\d.]+ started/),
    serial: first(/^Serial connection established|^CONNECT\b/),
    link: first(/^Connect: /),
    authenticated: first(/^(?:CHAP|PAP|EAP) authentication succeeded/),
    address: first(/^local +IP address/),
    echoLost,
    endedByPeer: first(/^LCP terminated by peer/),
    hangup: first(/^Modem hangup|^Hangup/),
    endedByHost: first(/^Terminating on signal|^Terminating connection due to/),
    connectTime: minutesOf(first(/^Connect time [\d.]+ minutes/)),
    traffic: trafficOf(first(/^Sent \d+ bytes, received \d+ bytes/)),
  };
}

function minutesOf(line: LogLine | undefined): PppSession['connectTime'] {
  const match = line && /^Connect time ([\d.]+)/.exec(line.text);
  return match ? { line, minutes: Number(match[1]) } : undefined;
}

function trafficOf(line: LogLine | undefined): PppSession['traffic'] {
  const match = line && /^Sent (\d+) bytes, received (\d+) bytes/.exec(line.text);
  return match ? { line, sent: Number(match[1]), received: Number(match[2]) } : undefined;
}

/** From its own lines, or from the device that netifd sees die soon after: `Network device 'pppoe-wan' link is down`. */
function carrierOf({ lines: own, end }: Draft, all: readonly LogLine[]): PppCarrier | undefined {
  if (own.some((line) => line.process === 'chat' || TTY.test(line.text))) return 'modem';
  if (own.some((line) => OTHER.test(line.text))) return 'other';
  for (const line of all.slice(Math.max(0, end - 15), end + 15)) {
    const device = /(?:Network (?:device|alias) '|stopped listening on |\()(pppoe|pptp|l2tp|3g)-/.exec(
      line.text,
    );
    if (device) return device[1] === '3g' ? 'modem' : 'other';
  }
  return undefined;
}
