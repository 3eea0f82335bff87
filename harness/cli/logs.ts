import { raceAbort } from '../core/ctx.ts';
import { createRedactor } from '../core/redact.ts';
import { hours, minutes } from '../core/units.ts';
import { secretsOf } from '../lab/secrets.ts';
import { isInterrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withRig } from './with-rig.ts';

/** `logs RIG`: what the router's log holds and what comes, over SSH or over the network, secrets cut out. */
export async function logs(args: Arguments, io: Io): Promise<number> {
  const file = rigFileOf(args.positionals[0] ?? '');
  const follow = args.flag('follow');
  if (follow && file.kind === 'sim') {
    throw usageError('follow', 'a simulated rig has no time of its own to follow', 'leave --follow out');
  }
  const syslog = args.flag('syslog');
  if (syslog && !(follow && file.syslog)) {
    const problem = follow
      ? `${file.id} has no syslog in its rig file`
      : '--syslog shows what comes, not what was';
    throw usageError('syslog', problem, follow ? 'add: syslog: tcp' : 'add --follow');
  }
  const redact = createRedactor(secretsOf(file));
  const json = args.flag('json');
  const lines: string[] = [];
  const print = (line: string): void => {
    const text = redact(line);
    if (json && !follow) lines.push(text);
    else io.out((json ? JSON.stringify({ line: text }) : text) + '\n');
  };
  await withRig(
    file,
    `the log of ${file.id}`,
    follow ? hours(24 * 365) : minutes(2),
    async (ctx, { router, remoteLog }) => {
      if (!follow || syslog) {
        const { stdout } = await router.exec(ctx, ['logread']);
        for (const line of stdout.trimEnd().split('\n')) print(line);
      }
      if (!follow) return;
      const source = syslog && remoteLog ? remoteLog.follow : router.replayLog;
      const following = await source(ctx, print);
      try {
        await raceAbort(Promise.race([following.ended, io.unread]), ctx.signal);
      } finally {
        await following.stop();
      }
    },
    { wait: waitOf(args) },
  ).catch((error: unknown) => {
    if (!follow || !isInterrupt(error)) throw error;
  });
  if (json && !follow) io.out(JSON.stringify({ rig: file.id, lines }, null, 2) + '\n');
  return 0;
}
