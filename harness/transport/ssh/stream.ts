import type { ClientChannel } from 'ssh2';
import type { Ctx } from '../../core/ctx.ts';
import type { OutputStream } from './command.ts';
import { createLineSplitter } from '../line-splitter.ts';
import { CLOSING_LIMIT, endOf, startCommand } from './channel.ts';
import { channelStuck, streamEnded } from './errors.ts';
import type { Link } from './link.ts';

const STDERR_LIMIT = 2_000;
/** For the start alone; what follows goes on for as long as it is wanted. */
const START_LIMIT = 10_000;

/**
 * Starts a command whose output is followed line by line until it is stopped or `ctx.signal` aborts. Its standard input
 * stays open, so that it can be told to end by a signal.
 */
export async function openStream(
  ctx: Ctx,
  link: Link,
  command: string,
  onLine: (line: string) => void,
): Promise<OutputStream> {
  const unwatch = link.watch();
  const following = startCommand(link, command, (channel) => follow(ctx, link, command, channel, onLine));
  try {
    return await ctx.within(START_LIMIT, `start of a stream from ${link.name}`, () => following);
  } catch (error) {
    // A stream that comes up after its owner's time is over must end at once.
    following.then((late) => late.stop()).catch(() => undefined);
    throw error;
  } finally {
    unwatch();
  }
}

function follow(
  ctx: Ctx,
  link: Link,
  command: string,
  channel: ClientChannel,
  onLine: (line: string) => void,
): OutputStream {
  const lines = createLineSplitter((line) => stopped || onLine(line));
  const unwatch = link.watch();
  let stopped = false;
  let stderr = '';
  let stuck: (() => void) | undefined;

  channel.on('data', (bytes: Buffer) => lines.push(bytes));
  channel.stderr.on('data', (bytes: Buffer) => {
    if (stderr.length < STDERR_LIMIT) stderr += bytes.toString('utf8');
  });

  const end = (): void => {
    if (stopped) return;
    stopped = true;
    stuck = link.clock.after(CLOSING_LIMIT, () => link.break(channelStuck(link.name, CLOSING_LIMIT)));
    channel.signal('TERM'); // without a terminal nothing else tells a command that nobody listens any more
    channel.close();
  };

  const ended = endOf(channel).then(({ exitCode }) => {
    stuck?.();
    unwatch();
    ctx.signal.removeEventListener('abort', end);
    lines.end();
    if (stopped) return;
    throw link.fault('none') ?? streamEnded(link.name, command, exitCode, stderr);
  });
  ended.catch(() => undefined); // whoever is interested awaits `ended`

  if (ctx.signal.aborted) end();
  else ctx.signal.addEventListener('abort', end, { once: true });

  return {
    ended,
    async stop() {
      end();
      await ended.catch(() => undefined);
    },
  };
}
