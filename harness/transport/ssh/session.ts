import type { Clock } from '../../core/clock.ts';
import { throwIfAborted, type Ctx } from '../../core/ctx.ts';
import type { HarnessError } from '../../core/errors.ts';
import type { CommandOptions, CommandResult, OutputStream } from './command.ts';
import { createMutex } from '../mutex.ts';
import { retryHarmless } from '../retry.ts';
import type { SshConnection } from './connection.ts';
import { closed, hung, withEffect } from './errors.ts';
import type { Link } from './link.ts';
import { ownChannel, runCommand, sharedShell, type Place } from './exec.ts';
import type { LoggedIn } from './handshake.ts';
import { createLiveness } from './liveness.ts';
import { openShell } from './shell.ts';
import { openStream } from './stream.ts';

/** How often and how late a command that the server refused to start is sent again. */
const REFUSED_PAUSES = [20, 100, 500] as const;

export function createSession(clock: Clock, name: string, line: LoggedIn): SshConnection {
  const { link, close } = createLink(clock, name, line);
  const own = ownChannel(link);
  const shared = sharedShell(() => openShell(link));
  return {
    name,
    get alive() {
      return link.fault('none') === undefined;
    },
    exec: (ctx, command, options = {}) => exec(ctx, link, own, command, options),
    run: (ctx, command, options = {}) => exec(ctx, link, shared, command, options),
    stream: (ctx, command, onLine) => stream(ctx, link, command, onLine),
    close,
  };
}

async function exec(
  ctx: Ctx,
  link: Link,
  place: Place,
  command: string,
  options: CommandOptions,
): Promise<CommandResult> {
  return retryHarmless(ctx, ['ssh.exec-refused'], REFUSED_PAUSES, async () => {
    const done = await takeTurn(ctx, link);
    return runCommand(ctx, link, place, command, options, done);
  });
}

async function stream(
  ctx: Ctx,
  link: Link,
  command: string,
  onLine: (line: string) => void,
): Promise<OutputStream> {
  return retryHarmless(ctx, ['ssh.exec-refused'], REFUSED_PAUSES, async () => {
    const done = await takeTurn(ctx, link);
    return openStream(ctx, link, command, onLine).finally(done);
  });
}

/** The fence: nothing is sent for somebody whose time is over, nor on a connection that is broken. */
async function takeTurn(ctx: Ctx, link: Link): Promise<() => void> {
  const done = await link.turn.acquire(ctx.signal);
  const fault = link.fault('none');
  if (!fault && !ctx.signal.aborted) return done;
  done();
  throwIfAborted(ctx.signal);
  throw fault as HarnessError;
}

function createLink(
  clock: Clock,
  name: string,
  { client, socket, hangUp }: LoggedIn,
): { readonly link: Link; readonly close: () => Promise<void> } {
  let fault: HarnessError | undefined;
  let lastError: Error | undefined;

  const breakDown = (error: HarnessError): void => {
    if (fault) return;
    fault = error;
    liveness.stop();
    hangUp();
  };
  const liveness = createLiveness({
    clock,
    // `cancel-tcpip-forward` for a port that was never forwarded: a global request (RFC 4254 section 7.1) that changes
    // nothing and that every server answers, be it with a refusal. ssh2 offers no keepalive of its own without timers.
    ping: () => socket.writable && client.unforwardIn('localhost', 1, () => undefined),
    onHung: (silentFor, unanswered) => breakDown(hung(name, silentFor, unanswered)),
  });
  socket.on('data', () => liveness.heard()); // ssh2 listens too: this only notes the time
  client.on('error', (error) => (lastError = error));
  const gone = new Promise<void>((resolve) => {
    client.once('close', () => {
      breakDown(closed(name, 'unknown', lastError));
      resolve();
    });
  });

  const link: Link = {
    name,
    clock,
    client,
    turn: createMutex(),
    fault: (effect) => fault && withEffect(fault, effect),
    watch: () => liveness.watch(),
    break: breakDown,
  };
  const close = (): Promise<void> => {
    if (!fault) client.end(); // says goodbye; what is still in flight then goes down with the socket
    breakDown(closed(name, 'none'));
    return gone;
  };
  return { link, close };
}
