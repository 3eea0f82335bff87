import type { ClientChannel } from 'ssh2';
import type { Ctx } from '../../core/ctx.ts';
import { isHarnessError } from '../../core/errors.ts';
import type { CommandOptions, CommandResult } from './command.ts';
import { CLOSING_LIMIT, endOf, startCommand } from './channel.ts';
import { channelStuck, noExitStatus, timedOut } from './errors.ts';
import type { Link } from './link.ts';
import type { FramedShell, Output } from './shell.ts';

const DEFAULT_LIMIT = 30_000;
/** Characters of standard error that are kept on the timeline. */
const STDERR_HEAD = 300;

/**
 * Where a command runs. `opened` must be told its channel as soon as there is one, and before anything is sent; false:
 * the command was given up meanwhile, and the channel is closed.
 */
export type Place = (
  command: string,
  options: CommandOptions,
  opened: (channel: ClientChannel) => boolean,
) => Promise<Output>;

/**
 * Runs one command, in a turn that the caller took.
 * @param done gives the turn back; called when the command is over, which may be after the promise was rejected.
 */
export async function runCommand(
  ctx: Ctx,
  link: Link,
  place: Place,
  command: string,
  options: CommandOptions,
  done: () => void,
): Promise<CommandResult> {
  const begin = ctx.clock.now();
  const elapsed = (): number => Math.round(ctx.clock.now() - begin);
  const stdin = options.stdin === undefined ? {} : { stdinBytes: options.stdin.length };
  const record = ctx.timeline.add('ssh', 'exec', { command, ...stdin });
  try {
    const end = await converse(ctx, link, place, command, options, done);
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

/** Whoever waits is told at once when the time is over; the turn ends only with the command. */
function converse(
  ctx: Ctx,
  link: Link,
  place: Place,
  command: string,
  options: CommandOptions,
  done: () => void,
): Promise<Output> {
  const { limit = DEFAULT_LIMIT } = options;
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined;
    let givenUp: (() => void) | undefined;
    const unwatch = link.watch();

    const close = (): void => {
      channel?.signal('KILL'); // reaches a shell that stays; what has got its end of file does not hear it any more
      channel?.close();
    };
    const giveUp = (reason: Error): void => {
      if (givenUp) return;
      reject(reason);
      givenUp = link.clock.after(CLOSING_LIMIT, () => link.break(channelStuck(link.name, CLOSING_LIMIT)));
      close();
    };
    const abort = (): void => giveUp(ctx.signal.reason as Error);
    const cancel = ctx.clock.after(limit, () => giveUp(timedOut(link.name, command, limit)));
    ctx.signal.addEventListener('abort', abort, { once: true });

    const opened = (one: ClientChannel): boolean => {
      channel = one;
      if (givenUp) close();
      return !givenUp;
    };
    place(command, options, opened)
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

/** On a channel of its own: with input, and for whatever it leaves behind. */
export function ownChannel(link: Link): Place {
  return (command, { stdin, onOutput }, opened) =>
    startCommand(link, command, (channel) => {
      const output = collect(link, command, channel, onOutput);
      if (opened(channel)) send(channel, stdin);
      return output;
    });
}

/**
 * dropbear opens its window of 24 KiB again by a third at a time: in pieces of that size sender and receiver work at once,
 * where a whole window in one packet makes each wait for the other. Source: its channel.h, RECV_WINDOWEXTEND.
 */
const PIECE = 8 * 1024;

function send(channel: ClientChannel, stdin: Uint8Array = Buffer.alloc(0)): void {
  for (let at = 0; at < stdin.length; at += PIECE) channel.write(stdin.subarray(at, at + PIECE));
  channel.end();
}

/** In a shell that is started when it is first wanted, and anew when it has ended or became unusable. */
export function sharedShell(open: () => Promise<FramedShell>): Place {
  let shell: FramedShell | undefined;
  return async (command, { onOutput }, opened) => {
    if (!shell?.usable) {
      await shell?.close();
      shell = await open();
    }
    opened(shell.channel);
    return shell.run(command, onOutput);
  };
}

async function collect(
  link: Link,
  command: string,
  channel: ClientChannel,
  onOutput: CommandOptions['onOutput'],
): Promise<Output> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  channel.on('data', onOutput ?? ((bytes: Buffer) => stdout.push(bytes)));
  channel.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
  const { exitCode, signal } = await endOf(channel);
  const fault = link.fault('unknown');
  if (fault) throw fault;
  if (exitCode === undefined) throw noExitStatus(link.name, command, signal);
  return { exitCode, stdout: textOf(stdout), stderr: textOf(stderr) };
}

function textOf(pieces: Buffer[]): string {
  return (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)).toString('utf8');
}
