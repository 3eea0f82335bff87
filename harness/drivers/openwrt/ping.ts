import type { ExecResult, PingReply, PingSummary } from '../../rig/router.ts';
import { unexpectedOutput } from './errors.ts';

/**
 * Reads the summary of busybox ping. No route, no name, and a firewall that lets nothing out (`sendto: Operation not
 * permitted`) are answers too: nothing was sent, nothing came back.
 * Source: busybox networking/ping.c.
 */
export function parsePingSummary(result: ExecResult): PingSummary {
  const found = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(result.stdout);
  if (found) return { sent: Number(found[1]), received: Number(found[2]) };
  if (NOT_SENT.test(result.stderr)) return { sent: 0, received: 0 };
  throw unexpectedOutput(result.command, result.stdout + result.stderr, 'N packets transmitted, N received');
}

/** busybox' words, and those of the package iputils-ping for a name that nobody knows. */
const NOT_SENT =
  /unreachable|bad address|unknown host|^ping: sendto: |Name or service not known|Temporary failure in name resolution/im;

/** Sequence numbers have 16 bits: a day of one a second wraps them once. */
const WRAP = 0x10000;

/**
 * Reads `64 bytes from 8.8.8.8: seq=3 ttl=58 time=12.244 ms` line by line, without a regular expression, since a soak
 * has a hundred thousand of them. Sequence numbers go on rising after they wrapped; duplicates are left out.
 */
export function createPingReader(onReply: (reply: PingReply) => void): (line: string) => void {
  let base = 0;
  let last = 0;
  return (line) => {
    const seqAt = line.indexOf('seq=');
    const timeAt = line.indexOf('time=', seqAt);
    if (seqAt < 0 || timeAt < 0 || line.endsWith('(DUP!)')) return;
    const raw = Number.parseInt(line.slice(seqAt + 4), 10);
    if (base + raw < last - WRAP / 2) base += WRAP;
    last = base + raw;
    onReply({ seq: last, rttMs: Number.parseFloat(line.slice(timeAt + 5)) });
  };
}
