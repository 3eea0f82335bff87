import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import crypto from 'ssh2/lib/protocol/crypto.js';
import { throwIfAborted, type Ctx } from '../../core/ctx.ts';
import { HarnessError, isHarnessError, messageOf } from '../../core/errors.ts';
import { formatMs, type Ms } from '../../core/units.ts';
import { algorithmsWithout } from './algorithms.ts';
import type { SshTarget, TcpTarget } from './target.ts';
import {
  authFailed,
  forwardRefused,
  handshakeFailed,
  hostKeyMismatch,
  hostKeyMissing,
  unreachable,
} from './errors.ts';
import { fingerprintOf, keyTypeOf } from './host-key.ts';

/** What an SSH connection runs over. */
interface Line {
  readonly socket: Duplex;
  /** Breaks it at the lowest place, whether or not anybody there still answers. */
  hangUp(): void;
}

/** A client that has logged in, and the line below it. */
export interface LoggedIn extends Line {
  readonly client: Client;
}

/** How long connecting may take, all attempts together, and when that is over. */
interface Patience {
  readonly limit: Ms;
  readonly deadline: Ms;
}

/**
 * Connects, through a jump host if there is one, checks the host key and logs in. A server may have several keys and shows
 * the one that is negotiated: dropbear of OpenWrt makes an ed25519 one beside the RSA one that it was pinned by. So where
 * it shows another, it is asked for its others before it counts as changed.
 */
export async function shakeHands(ctx: Ctx, target: SshTarget, patience: Patience): Promise<LoggedIn> {
  const others: string[] = [];
  let changed: HarnessError | undefined;
  for (;;) {
    try {
      return await attempt(ctx, target, patience, others);
    } catch (error) {
      const shown = keyTypeIn(error);
      // What comes of asking for one that it does not have says nothing of it.
      if (shown === undefined) throw changed && !isPast(error) ? changed : error;
      changed ??= error as HarnessError;
      if ('socket' in target || others.includes(shown)) throw changed;
      others.push(shown);
    }
  }
}

/** The type of the key that was shown in place of the pinned one. */
function keyTypeIn(error: unknown): string | undefined {
  if (!isHarnessError(error) || error.code !== 'ssh.host-key-mismatch') return undefined;
  return (error.data as { readonly keyType: string }).keyType;
}

/** It showed the pinned key, and refused the login. */
const isPast = (error: unknown): boolean => isHarnessError(error) && error.code === 'ssh.auth-failed';

async function attempt(
  ctx: Ctx,
  target: SshTarget,
  patience: Patience,
  otherKeys: readonly string[],
): Promise<LoggedIn> {
  throwIfAborted(ctx.signal);
  await ctx.clock.outside(crypto.init);
  const { limit, deadline } = patience;
  const { socket, hangUp } = await openLine(ctx, target, patience);
  const client = new ssh2.Client();
  let badKey: HarnessError | undefined;
  return new Promise((resolve, reject) => {
    let settled = false;
    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      cancel();
      ctx.signal.removeEventListener('abort', abort);
      act();
    };
    const fail = (error: Error): void =>
      settle(() => {
        hangUp();
        reject(error);
      });
    const abort = (): void => fail(ctx.signal.reason as Error);
    const cancel = ctx.clock.after(Math.max(1, deadline - ctx.clock.now()), () =>
      fail(unreachable(target.name, `no answer within ${formatMs(limit)}`)),
    );
    ctx.signal.addEventListener('abort', abort, { once: true });
    client.once('ready', () => settle(() => resolve({ client, socket, hangUp })));
    // Stays for ever: an error event without a listener would end the process.
    client.on('error', (error: LeveledError) => fail(badKey ?? explain(target, error)));
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(() => target.password ?? '')),
    );
    client.once('close', () => fail(badKey ?? handshakeFailed(target.name, 'connection closed')));
    try {
      client.connect({
        ...configOf(target, socket, (error) => (badKey = error)),
        algorithms: algorithmsWithout(otherKeys),
      });
    } catch (error) {
      fail(badSettings(target, error));
    }
  });
}

async function openLine(ctx: Ctx, target: SshTarget, patience: Patience): Promise<Line> {
  if (!('socket' in target) && target.jump) return openThrough(ctx, target, target.jump, patience);
  const socket = 'socket' in target ? target.socket : connectSocket(target.host, target.port);
  return { socket, hangUp: () => void socket.destroy() };
}

/** The jump host serves this connection alone, and goes with it. */
async function openThrough(ctx: Ctx, target: TcpTarget, jump: TcpTarget, patience: Patience): Promise<Line> {
  const { client, hangUp } = await shakeHands(ctx, jump, patience);
  try {
    const left = Math.max(1, patience.deadline - ctx.clock.now());
    const socket = await ctx.within(left, `a way from ${jump.name} to ${target.name}`, () =>
      forward(client, target, jump),
    );
    socket.once('close', hangUp);
    // A channel does not close by itself when the other side has ended, as a TCP socket does: nobody would hear of it.
    socket.once('end', () => socket.end());
    return { socket, hangUp };
  } catch (error) {
    hangUp();
    throw error;
  }
}

/** RFC 4254 section 5.1: reason codes of a channel that was not opened. */
const CONNECT_FAILED = 2;

function forward(client: Client, target: TcpTarget, jump: TcpTarget): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const { host, port } = target;
    client.forwardOut(
      '127.0.0.1',
      0,
      host,
      port,
      (error: (Error & { reason?: unknown }) | undefined, channel) => {
        if (!error) resolve(channel);
        else if (error.reason === CONNECT_FAILED) reject(unreachable(target.name, error));
        else reject(forwardRefused(jump.name, `${host}:${port}`, error));
      },
    );
  });
}

/** Nagle's algorithm and delayed ACK together cost 45 ms a command, and ssh2 leaves the former on. */
function connectSocket(host: string, port: number): Socket {
  const socket = new Socket();
  socket.setNoDelay(true);
  return socket.connect(port, host);
}

function configOf(target: SshTarget, sock: Duplex, onBadKey: (error: HarnessError) => void): ConnectConfig {
  return {
    sock,
    username: target.user,
    ...(target.password === undefined ? {} : { password: target.password, tryKeyboard: true }),
    ...(target.privateKey === undefined ? {} : { privateKey: target.privateKey }),
    ...(target.passphrase === undefined ? {} : { passphrase: target.passphrase }),
    ...(target.agent === undefined ? {} : { agent: target.agent }),
    // ssh2's own timers run in real time: all waiting is done on the context's clock instead.
    readyTimeout: 0,
    keepaliveInterval: 0,
    hostVerifier: (key: Buffer): boolean => {
      const found = fingerprintOf(key);
      if (found === target.hostKey) return true;
      onBadKey(
        target.hostKey === undefined
          ? hostKeyMissing(target.name, found, keyTypeOf(key))
          : hostKeyMismatch(target.name, found, target.hostKey, keyTypeOf(key)),
      );
      return false;
    },
  };
}

type LeveledError = Error & { readonly level?: string };

function explain(target: SshTarget, error: LeveledError): HarnessError {
  switch (error.level) {
    case 'client-socket':
      return unreachable(target.name, error);
    case 'client-authentication':
      return authFailed(target.name, target.user, methodsOf(target));
    default:
      return handshakeFailed(target.name, error);
  }
}

function methodsOf({ privateKey, agent, password }: SshTarget): string {
  const given = [
    privateKey === undefined ? [] : ['key'],
    agent === undefined ? [] : ["agent's keys"],
    password === undefined ? [] : ['password'],
  ].flat();
  return given.join(' and ');
}

/** ssh2 reads the key before it connects. */
function badSettings({ name, keyFile, passphrase }: SshTarget, cause: unknown): HarnessError {
  const said = messageOf(cause).replace(/^Cannot parse privateKey: /, '');
  const locked = /encrypted/i.test(said) && passphrase === undefined;
  return new HarnessError(
    keyFile === undefined
      ? `the SSH settings of ${name} cannot be used: ${said}`
      : `the private key ${keyFile} cannot be used: ${said}`,
    {
      code: 'ssh.bad-settings',
      blame: 'test',
      effect: 'none',
      hint: locked
        ? 'passphraseEnv, beside keyFile in the rig file, names the environment variable that has its passphrase'
        : `does OpenSSH read it: ssh-keygen -y -f ${keyFile ?? 'FILE'}; a key's public half (.pub) is none`,
      cause,
    },
  );
}
