import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ConnectConfig } from 'ssh2';
import crypto from 'ssh2/lib/protocol/crypto.js';
import { throwIfAborted, type Ctx } from '../../core/ctx.ts';
import { HarnessError, messageOf } from '../../core/errors.ts';
import { formatMs, type Ms } from '../../core/units.ts';
import { algorithms } from './algorithms.ts';
import type { SshTarget } from './target.ts';
import { authFailed, handshakeFailed, hostKeyMismatch, hostKeyMissing, unreachable } from './errors.ts';
import { fingerprintOf, keyTypeOf } from './host-key.ts';

/** A client that has logged in, and the socket below it. */
export interface LoggedIn {
  readonly client: Client;
  readonly socket: Duplex;
}

/** One attempt to connect, check the host key and log in. */
export async function shakeHands(ctx: Ctx, target: SshTarget, limit: Ms): Promise<LoggedIn> {
  throwIfAborted(ctx.signal);
  await ctx.clock.outside(crypto.init);
  const socket = 'socket' in target ? target.socket : connectSocket(target.host, target.port);
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
        socket.destroy();
        reject(error);
      });
    const abort = (): void => fail(ctx.signal.reason as Error);
    const cancel = ctx.clock.after(limit, () =>
      fail(unreachable(target.name, `no answer within ${formatMs(limit)}`)),
    );
    ctx.signal.addEventListener('abort', abort, { once: true });
    client.once('ready', () => settle(() => resolve({ client, socket })));
    // Stays for ever: an error event without a listener would end the process.
    client.on('error', (error: LeveledError) => fail(badKey ?? explain(target, error)));
    client.once('close', () => fail(badKey ?? handshakeFailed(target.name, 'connection closed')));
    try {
      client.connect(configOf(target, socket, (error) => (badKey = error)));
    } catch (error) {
      fail(badSettings(target, error));
    }
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
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.privateKey === undefined ? {} : { privateKey: target.privateKey }),
    algorithms,
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
      return authFailed(target.name, target.user, target.privateKey === undefined ? 'password' : 'key');
    default:
      return handshakeFailed(target.name, error);
  }
}

function badSettings(target: SshTarget, cause: unknown): HarnessError {
  return new HarnessError(`the SSH settings of ${target.name} cannot be used: ${messageOf(cause)}`, {
    code: 'ssh.bad-settings',
    blame: 'test',
    effect: 'none',
    hint: 'a private key is given as the text of its file, without a passphrase',
    cause,
  });
}
