import type { ClientChannel } from 'ssh2';
import type { Ctx } from '../../core/ctx.ts';
import { isHarnessError } from '../../core/errors.ts';
import type { CommandOptions, CommandResult } from './command.ts';
import { endOf, startCommand } from './channel.ts';
import { channelStuck, noExitStatus, timedOut } from './errors.ts';
import type { Link } from './link.ts';

const DEFAULT_LIMIT = 30_000;
/**
 * How long a living server may take to confirm that a channel which was given up is closed; then the connection is given
 * up as well. dropbear confirms only when the command has ended, and a command that got its end of file can't be told to
 * end by a signal any more.
 */
export const CLOSING_LIMIT = 1_000;
/** Characters of standard error that are kept on the timeline. */
const STDERR_HEAD = 300;

/**
 * Runs one command, in a turn that the caller took.
 * @param done gives the turn back; called when the channel is closed, which may be after the promise was rejected.
 */
export async function runCommand(
  ctx: Ctx,
  link: Link,
  command: string,
  options: CommandOptions,
  done: () => void,
): Promise<CommandResult> {
  const begin = ctx.clock.now();
  const elapsed = (): number => Math.round(ctx.clock.now() - begin);
  const stdin = options.stdin === undefined ? {} : { stdinBytes: options.stdin.length };
  const record = ctx.timeline.add('ssh', 'exec', { command, ...stdin });
  try {
    const end = await converse(ctx, link, command, options, done);
    const tookMs = elapsed();
    const head = end.exitCode === 0 ? {} : { stderr: end.stderr.slice(0, STDERR_HEAD) };
    ctx.timeline.add('ssh', 'exit', { code: end.exitCode, tookMs, ...head }, record.seq);
    return { command, ...end, tookMs };
  } catch (error) {
    const code = isHarnessError(error) ? error.code : 'aborted';
    ctx.timeline.add('ssh', 'fault', { code, tookMs: elapsed() }, record.seq);
    throw error;
  }
}

type Output = Pick<CommandResult, 'exitCode' | 'stdout' | 'stderr'>;

/** Whoever waits is told at once when the time is over; the turn ends only with the channel. */
function converse(
  ctx: Ctx,
  link: Link,
  command: string,
  { limit = DEFAULT_LIMIT, stdin, binary = false }: CommandOptions,
  done: () => void,
): Promise<Output> {
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined;
    let givenUp: (() => void) | undefined;
    const unwatch = link.watch();

    const giveUp = (reason: Error): void => {
      if (givenUp) return;
      reject(reason);
      givenUp = link.clock.after(CLOSING_LIMIT, () => link.break(channelStuck(link.name, CLOSING_LIMIT)));
      channel?.close();
    };
    const abort = (): void => giveUp(ctx.signal.reason as Error);
    const cancel = ctx.clock.after(limit, () => giveUp(timedOut(link.name, command, limit)));
    ctx.signal.addEventListener('abort', abort, { once: true });

    const attach = (opened: ClientChannel): Promise<Output> => {
      channel = opened;
      const output = collect(link, command, opened, binary ? 'latin1' : 'utf8');
      if (givenUp) opened.close();
      else opened.end(stdin);
      return output;
    };
    startCommand(link, command, attach)
      .then(resolve, reject)
      .finally(() => {
        cancel();
        ctx.signal.removeEventListener('abort', abort);
        givenUp?.();
        unwatch();
        done();
      });
  });
}

async function collect(
  link: Link,
  command: string,
  channel: ClientChannel,
  encoding: 'utf8' | 'latin1',
): Promise<Output> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  channel.on('data', (bytes: Buffer) => stdout.push(bytes));
  channel.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
  const { exitCode, signal } = await endOf(channel);
  const fault = link.fault('unknown');
  if (fault) throw fault;
  if (exitCode === undefined) throw noExitStatus(link.name, command, signal);
  return { exitCode, stdout: textOf(stdout, encoding), stderr: textOf(stderr, 'utf8') };
}

function textOf(pieces: Buffer[], encoding: 'utf8' | 'latin1'): string {
  return (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)).toString(encoding);
}
