import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import type { CommandOptions, CommandResult } from './command.ts';
import { AWAKE, stayAwake } from './awake.ts';
import { CLOSING_LIMIT, endOf, startCommand } from './channel.ts';
import { channelStuck, noExitStatus } from './errors.ts';
import type { Link } from './link.ts';

export type Output = Pick<CommandResult, 'exitCode' | 'stdout' | 'stderr'>;

/** A shell that stays: a command in it costs a fork, where one on a channel of its own costs dropbear some 4 ms. */
export interface FramedShell {
  readonly channel: ClientChannel;
  /** False once it has ended, and when something that it started goes on writing after its own end. */
  readonly usable: boolean;
  /** One at a time. @throws `ssh.no-exit-status` where the shell itself ended amid the command, or the link's fault */
  run(command: string, onOutput?: CommandOptions['onOutput']): Promise<Output>;
  /** Resolves when the server has closed the channel, or the connection was given up because it did not. */
  close(): Promise<void>;
}

/** Starts a shell that reads its commands from the channel. Not as a login shell, which would print the banner. */
export function openShell(link: Link): Promise<FramedShell> {
  return startCommand(link, 'exec sh', (channel) => frame(link, channel));
}

interface Frame {
  readonly command: string;
  readonly onOutput: CommandOptions['onOutput'];
  readonly resolve: (output: Output) => void;
  readonly reject: (error: Error) => void;
}

/*
 * Each command runs in a subshell: whatever it sets, closes, replaces or exits is its own. Its text is one quoted word,
 * so that not even a syntax error gets out. Its end is told on both streams by a mark that is new for each command and
 * that it never sees: the shell keeps it in no variable; what is before the mark is its output, octet for octet.
 *
 * Whatever a command leaves behind has inherited the reading end of a pipe, which only commands have open; the shell keeps
 * the writing end. Where a write into it fails nobody is left; where it succeeds somebody may go on writing, and this shell
 * is not used again. Both ends are one pipe of a here-document, opened anew through /proc (pipe(7), proc(5)): a shell has
 * no other way to a pipe of its own. Without such a pipe (no /proc) the write fails for want of the file. The shell's own
 * entry is used, not /proc/self: the kernel makes that one anew for each subshell and takes it down with it.
 */
const SETUP =
  '_left=/dev/null; exec 7<<E; ' +
  'if [ -p /proc/$$/fd/7 ]; then exec 8>/proc/$$/fd/7; _left=/proc/$$/fd/8; fi; ' +
  "exec 7<&-; trap '' PIPE; ";
const SETUP_END = 'E\n';

const line = (command: string, mark: string): string =>
  `(trap - PIPE; eval ${quote(command)}) </dev/null 9<$_left; echo ${mark}$?; echo 2>/dev/null >&8; echo ${mark}$? >&2\n`;

function frame(link: Link, channel: ClientChannel): FramedShell {
  const [stdout, stderr] = [createReader(), createReader()];
  const secret = randomBytes(16).toString('hex');
  let commands = 0;
  let current: Frame | undefined;
  let usable = true;
  let [sent, took] = [0, 0];

  const look = (): void => {
    const [out, err] = [stdout.found(), stderr.found()];
    if (!current || !out || !err) return;
    const { onOutput, resolve } = current;
    current = undefined;
    took = link.clock.now() - sent;
    usable &&= out.rest === 0 && err.rest === 0 && err.code !== 0;
    onOutput?.(out.before);
    resolve({
      exitCode: out.code,
      stdout: onOutput ? '' : out.before.toString('utf8'),
      stderr: err.before.toString('utf8'),
    });
  };
  const listen = (stream: NodeJS.ReadableStream, reader: Reader): void => {
    stream.on('data', (bytes: Buffer) => {
      if (current) reader.push(bytes);
      else usable = false;
      look();
    });
  };
  listen(channel, stdout);
  listen(channel.stderr, stderr);
  const ended = endOf(channel).then(({ signal }) => {
    usable = false;
    current?.reject(link.fault('unknown') ?? noExitStatus(link.name, current.command, signal));
  });

  return {
    channel,
    get usable() {
      return usable;
    },
    run: (command, onOutput) =>
      new Promise((resolve, reject) => {
        const mark = `${secret}-${++commands} `;
        const frame: Frame = { command, onOutput, resolve, reject };
        current = frame;
        stdout.expect(mark);
        stderr.expect(mark);
        const text = line(command, mark);
        channel.write(commands === 1 ? SETUP + text + SETUP_END : text);
        sent = link.clock.now();
        if (took < AWAKE) stayAwake(link.clock, () => current === frame);
      }),
    close: async () => {
      const stuck = link.clock.after(CLOSING_LIMIT, () => link.break(channelStuck(link.name, CLOSING_LIMIT)));
      channel.close();
      await ended;
      stuck();
    },
  };
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

interface Found {
  readonly before: Buffer;
  readonly code: number;
  /** Octets that came after the mark. */
  readonly rest: number;
}

/** Looks for a mark, the exit code and the end of line in what comes. */
interface Reader {
  expect(mark: string): void;
  push(bytes: Buffer): void;
  found(): Found | undefined;
}

/** An exit code and the end of line. */
const AFTER_MARK = 4;

function createReader(): Reader {
  let mark = '';
  let pieces: Buffer[] = [];
  /** The end of what has come, where a mark may have begun. */
  let tail = Buffer.alloc(0);
  let found = false;
  return {
    expect: (next) => {
      mark = next;
      pieces = [];
      tail = Buffer.alloc(0);
      found = false;
    },
    push: (bytes) => {
      pieces.push(bytes);
      const window = tail.length === 0 ? bytes : Buffer.concat([tail, bytes]);
      const at = window.indexOf(mark, 0, 'latin1');
      found ||= at >= 0 && window.indexOf('\n', at) >= 0;
      tail = Buffer.from(window.subarray(-(mark.length + AFTER_MARK)));
    },
    found: () => {
      if (!found) return undefined;
      const all = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      const at = all.indexOf(mark, 0, 'latin1');
      const end = all.indexOf('\n', at);
      const code = Number(all.toString('latin1', at + mark.length, end));
      return { before: all.subarray(0, at), code, rest: all.length - end - 1 };
    },
  };
}
