import type { ClientChannel } from 'ssh2';
import { closed, execRefused } from './errors.ts';
import type { Link } from './link.ts';

/**
 * How long a living server may take to confirm that a channel which was given up is closed; then the connection is given
 * up as well. dropbear confirms only when the command has ended, and a command that got its end of file can't be told to
 * end by a signal any more.
 */
export const CLOSING_LIMIT = 1_000;
/** How a command's channel ended; without an exit code where none was sent. */
export interface ChannelEnd {
  readonly exitCode: number | undefined;
  /** `SIGKILL` when a signal ended the command. */
  readonly signal: string | undefined;
}

/**
 * Opens a channel and starts a command on it. `attach` runs inside ssh2's callback, since the command's output and end
 * may lie in the very bytes that are being read.
 * @throws `ssh.exec-refused` when the server says no, the link's fault when it broke meanwhile.
 */
export function startCommand<T>(
  link: Link,
  command: string,
  attach: (channel: ClientChannel) => T | Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    try {
      link.client.exec(command, (error, channel) => {
        if (!error) resolve(attach(channel));
        // What was begun on a connection that broke fails with the same text as a refusal: the fault decides.
        else reject(link.fault('unknown') ?? execRefused(link.name, command, error));
      });
    } catch (error) {
      reject(link.fault('none') ?? closed(link.name, 'none', error));
    }
  });
}

/** Resolves when the channel is closed and all of its output was handed over; ssh2 sees to it when the link breaks. */
export function endOf(channel: ClientChannel): Promise<ChannelEnd> {
  return new Promise((resolve) => {
    let end: ChannelEnd = { exitCode: undefined, signal: undefined };
    let [outputClosed, errorsClosed] = [false, false];
    const check = (): void => {
      if (outputClosed && errorsClosed) resolve(end);
    };
    channel.on('exit', (code: number | null, signal?: string) => {
      end = { exitCode: code ?? undefined, signal };
    });
    channel.on('error', () => undefined); // the link's own error tells more
    channel.on('close', () => {
      outputClosed = true;
      check();
    });
    channel.stderr.on('close', () => {
      errorsClosed = true;
      check();
    });
  });
}
