import type { LogLine } from '../log.ts';
import type { PppSession } from '../ppp-session.ts';
import type { Scene } from '../scene.ts';
import { cause, type Match } from '../signature.ts';

/** Whatever ends pppd, it says so: an order, its peer, its line, or itself (pppd main.c, die, cleanup). */
const LAST_WORDS =
  /^Terminating|^Connection terminated|^Modem hangup|^Hangup|^Exit\.?$|^No response to|^Serial link appears|^LCP terminated|^Connect time|^Sent \d|exiting|^Maxfail|^tcgetattr|^Couldn't|^Fatal/i;
const STALE = /^Removed stale lock on \S+ \(pid (\d+)\)/;
const REBOOT = /^Linux version \d|^procd: - (?:early|ubus|init) -|^Booting Linux|^syslogd started/;

/** A session that was followed by another on the same port, without having said that it ended. */
interface Vanished {
  readonly session: PppSession;
  readonly last: LogLine;
  readonly next: LogLine;
  /** Its successor found the lock that only a pppd which could not clean up leaves behind. */
  readonly lock: LogLine | undefined;
}

const portOf = ({ link }: PppSession): string | undefined => link && /<--> (\S+)/.exec(link.text)?.[1];

function vanished({ ppp, lines }: Scene): readonly Vanished[] {
  return ppp.flatMap((session, i) => {
    const last = session.lines.at(-1);
    const pid = last?.pid;
    if (!last || pid === undefined || session.carrier === 'other' || !session.link) return [];
    if (session.lines.some(({ text }) => LAST_WORDS.test(text))) return [];
    const next = ppp.slice(i + 1).find((later) => portOf(later) === portOf(session))?.started;
    if (!next || next.number < last.number) return [];
    const lock = lines.find(
      ({ number, text }) => number > last.number && Number(STALE.exec(text)?.[1]) === pid,
    );
    const between = lines.filter(({ number }) => number > last.number && number < next.number);
    const down = between.some(({ text }) => /^Interface '[^']+' (?:is now down|has lost)/.test(text));
    return down && !between.some(({ text }) => REBOOT.test(text)) ? [{ session, last, next, lock }] : [];
  });
}

/**
 * pppd is gone without a word: nothing but SIGKILL, or its own crash, does that. One session without a lock left behind
 * may as well be a log that lacks lines.
 */
export function pppdVanished(scene: Scene): Match | undefined {
  const found = vanished(scene);
  const proven = found.some(({ lock }) => lock !== undefined);
  if (!proven && found.length < 2) return undefined;
  const rung = found.some(({ session }) => session.address) ? undefined : ('S7' as const);
  return {
    rung,
    evidence: found.flatMap(({ last, next, lock }) => [last, next, ...(lock ? [lock] : [])]),
    confidence: proven ? 'certain' : 'likely',
    title:
      'pppd is killed on the router, or crashes: it is gone without a word, and neither modem nor network ended the session',
    explains: ['F91', 'F92'],
    causes: [KILLED, CRASHED],
  };
}

const KILLED = cause(
  'a script kills it (kill -9, killall -9): one that the firewall runs when it is reloaded, a watchdog, a cron job',
  'grep -rnE "kill(all)? .*-(9|KILL)|pppd" /etc/firewall.user /etc/hotplug.d /etc/crontabs /etc/rc.local /usr/bin/*.sh; uci show firewall | grep path',
  'take the kill out of it; ifup wwan dials anew in order',
);
const CRASHED = cause(
  'it crashes, or the kernel kills it for want of memory',
  'dmesg | grep -iE "pppd|oom|segfault|SIGSEGV"; free',
  'another version of ppp; fewer services on this router',
);
