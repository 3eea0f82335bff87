import type { Ctx } from '../../../harness/core/ctx.ts';
import type { Rig } from '../../../harness/rig/rig.ts';
import { normalText } from './normal.ts';

/** The router's log, cut into what was said during each step. */
export interface LogBook {
  /** What was said, normalised, from now until `body` is over and each of `ends` was said. */
  during(body: () => Promise<unknown>, ...ends: readonly string[]): Promise<string[]>;
  stop(): Promise<void>;
}

/** For a dial in a guest on a machine that has much else to do. */
const LIMIT = 120_000;
/** What our own logins, and the marks, leave in the log. */
const OURS = /^\S+ (?:dropbear\[N\]|contract): /;
/** A guest's kernel on a host that holds its processor back. Source: Linux kernel/time/clocksource.c, hrtimer.c, kernel/rcu/. */
const HOST = /^kern\.\w+ kernel: (?:clocksource: |hrtimer: interrupt took |rcu: |sched: RT throttling )/;

export async function openLogBook(ctx: Ctx, { router }: Rig): Promise<LogBook> {
  const lines: string[] = [];
  const following = await router.followLog(ctx, (line) => lines.push(line));
  following.ended.catch(() => undefined); // the next command reports the same loss, typed
  const said = (from: number, end: string): Promise<number> =>
    ctx.expect(
      `the log says "${end}"`,
      async () => lines.findIndex((line, at) => at >= from && line.includes(end)) + 1 || undefined,
      LIMIT,
      50,
    );
  /** Lines go through one queue: when the mark is through, those before it are. */
  const mark = async (): Promise<number> => {
    const from = lines.length;
    await router.exec(ctx, ['logger', '-t', 'contract', 'mark']);
    return said(from, ' contract: mark');
  };
  return {
    during: async (body, ...ends) => {
      const from = await mark();
      await body();
      for (const end of ends) await said(from, end);
      const to = await mark();
      return lines
        .slice(from, to - 1)
        .map(normalText)
        .filter((line) => !OURS.test(line) && !HOST.test(line));
    },
    stop: () => following.stop(),
  };
}
