import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ctx } from '../../harness/core/ctx.ts';
import { createKeyPair } from '../../harness/sim/router/host-key.ts';
import type { SshConnection, SshTarget } from '../../harness/transport/ssh.ts';
import { toolEnvironment } from './has.ts';
import { printed, start } from './programs.ts';

export interface Dropbear {
  readonly target: SshTarget & { readonly host: string; readonly port: number };
  /** Fingerprint of its host key as dropbearkey prints it. */
  readonly fingerprint: string;
  /** The file of the private key that logs in. */
  readonly keyFile: string;
  /** To the processes that serve its connections. */
  signalConnections(signal: 'KILL' | 'STOP'): void;
  /** Kills the server; connections that it has already go on. */
  kill(): Promise<void>;
  /** Starts it again after that, with the same key at the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A command that has begun, and goes on for longer than any test; what it ends with. */
export async function beginCommand(
  ctx: Ctx,
  ssh: SshConnection,
): Promise<{ readonly ended: Promise<unknown> }> {
  let began: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (began = resolve));
  const ended = ssh.exec(ctx, 'echo begun; sleep 1000', { limit: 1_000_000, onOutput: began });
  await Promise.race([begun, ended]);
  return { ended };
}

/** What startDropbear needs. */
export const dropbearNeeds = ['dropbear', 'dropbearkey', 'mount namespace'] as const;

/**
 * Debian's dropbear on a free port of 127.0.0.1. It runs in a mount namespace of its own with its own passwd, so that
 * no account and no home of this machine is touched; hence root is needed.
 * @param shell what stands for /bin/sh there
 */
export async function startDropbear(shell = '/bin/sh'): Promise<Dropbear> {
  const folder = mkdtempSync(join(tmpdir(), 'wwanlab-dropbear-'));
  const keys = createKeyPair();
  const home = join(folder, 'home');
  mkdirSync(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  writeFileSync(join(home, '.ssh/authorized_keys'), `${keys.public}\n`, { mode: 0o600 });
  chmodSync(folder, 0o755);
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, keys.private, { mode: 0o600 });
  writeFileSync(join(folder, 'passwd'), `root:x:0:0:root:${home}:/bin/sh\n`);
  const hostKey = join(folder, 'host-key');
  const said = execFileSync('dropbearkey', ['-t', 'ed25519', '-f', hostKey], {
    encoding: 'utf8',
    env: toolEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const fingerprint = /SHA256:\S+/.exec(said)?.[0] ?? said;
  const port = await freePort();
  const mounts = `mount --bind ${folder}/passwd /etc/passwd && mount --bind ${shell} /bin/sh`;
  const line = `${mounts} && exec dropbear -F -E -m -r ${hostKey} -p 127.0.0.1:${port}`;
  const serve = async (): Promise<ReturnType<typeof start>> => {
    const server = start('unshare', ['--mount', '--kill-child', 'sh', '-c', line]);
    await printed(server.child, /Not backgrounding/);
    return server;
  };
  let server = await serve();
  return {
    fingerprint,
    keyFile,
    target: {
      name: 'dropbear',
      host: '127.0.0.1',
      port,
      user: 'root',
      privateKey: keys.private,
      hostKey: fingerprint,
    },
    signalConnections: (signal) => {
      const listener = execFileSync('pgrep', ['-P', String(server.child.pid)], { encoding: 'utf8' }).trim();
      spawnSync('pkill', [`-${signal}`, '-P', listener]); // none, where they have just ended
    },
    kill: () => server.stop(),
    restart: async () => {
      server = await serve();
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Below those that the system gives to whoever asks for any (ip(7), ip_local_port_range): it stays free until the server starts. */
async function freePort(): Promise<number> {
  let port = 10_000 + (process.pid % 1_000) * 20;
  while (!(await isFree(port))) port++;
  return port;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
