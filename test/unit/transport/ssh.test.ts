import { describe, expect, it } from '@jest/globals';
import { createHash, generateKeyPairSync } from 'node:crypto';
import ssh2, { type ParsedKey, type ServerConfig } from 'ssh2';
import type { Ctx } from '../../../harness/core/ctx.ts';
import type { HarnessError } from '../../../harness/core/errors.ts';
import type { TimelineEvent } from '../../../harness/core/timeline.ts';
import { connectSsh, type SshConnection } from '../../../harness/transport/ssh.ts';
import { fingerprintOf } from '../../../harness/transport/ssh/host-key.ts';
import { testCtx } from '../../support/ctx.ts';
import { createDuplexPair } from '../../../harness/transport/memory-duplex.ts';
import { createTestServer, hostKey, PASSWORD, reply, type ServerScript } from '../../support/ssh-server.ts';

const login = { name: 'router', user: 'root', password: PASSWORD, hostKey };

interface Scene {
  readonly ctx: Ctx;
  readonly events: () => readonly TimelineEvent[];
  readonly ssh: SshConnection;
  readonly far: { destroy(): void; pause(): void };
}

/** A connection to a scripted server, in virtual time. */
function scene<T>(script: ServerScript, body: (s: Scene) => Promise<T>): Promise<T> {
  const test = testCtx();
  const { ctx } = test;
  return ctx.clock.drive('scene', async () => {
    const { socket, far } = createTestServer(script).plug();
    const ssh = await connectSsh(ctx, { ...login, socket });
    const result = await body({ ctx, events: () => test.events(), ssh, far });
    await ssh.close();
    return result;
  });
}

const fault = (work: Promise<unknown>): Promise<HarnessError> =>
  work.then(
    () => {
      throw new Error('expected a fault');
    },
    (error: HarnessError) => error,
  );

const echo: ServerScript = { run: (channel, command) => reply(channel, `${command}\n`) };
const silent: ServerScript = { run: () => undefined };

describe('a command over SSH', () => {
  it('brings back output and exit code, and is recorded before and after', async () => {
    await scene(
      { run: (channel) => void channel.stderr.write('no\n', () => reply(channel, 'half\n', 3)) },
      async ({ ctx, ssh, events }) => {
        const result = await ssh.exec(ctx, 'uci get x');
        expect(result).toEqual({
          command: 'uci get x',
          exitCode: 3,
          stdout: 'half\n',
          stderr: 'no\n',
          tookMs: 0,
        });
        expect(events().map((e) => e.kind)).toEqual(['exec', 'exit']);
        expect(events()[0]?.data).toEqual({ command: 'uci get x' });
        expect(events()[1]).toMatchObject({ data: { code: 3, tookMs: 0, stderr: 'no\n' }, cause: 1 });
      },
    );
  });

  it('runs one at a time, in order, waiting for the channel to close', async () => {
    let open = 0;
    const seen: string[] = [];
    const script: ServerScript = {
      run(channel, command) {
        seen.push(`${command} beside ${open++}`);
        channel.resume().on('close', () => open--);
        reply(channel, '');
      },
    };
    await scene(script, ({ ctx, ssh }) =>
      Promise.all(['a', 'b', 'c'].map((command) => ssh.exec(ctx, command))),
    );
    expect(seen).toEqual(['a beside 0', 'b beside 0', 'c beside 0']);
  });

  it('sends binary input and reads huge output without loss', async () => {
    const input = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) & 255));
    const output = 'x'.repeat(5_000_000);
    const script: ServerScript = {
      run(channel, command) {
        const pieces: Buffer[] = [];
        channel.on('data', (bytes: Buffer) => pieces.push(bytes));
        channel.on('end', () =>
          reply(
            channel,
            command === 'big' ? output : createHash('sha256').update(Buffer.concat(pieces)).digest('hex'),
          ),
        );
      },
    };
    await scene(script, async ({ ctx, ssh }) => {
      const { stdout } = await ssh.exec(ctx, 'sha256sum', { stdin: input });
      expect(stdout).toBe(createHash('sha256').update(input).digest('hex'));
      expect((await ssh.exec(ctx, 'big')).stdout.length).toBe(output.length);
    });
  });

  it('is refused once and then runs; it was never started twice', async () => {
    let runs = 0;
    await scene(
      { refuse: (n) => n === 1, run: (channel) => (runs++, reply(channel, 'ok')) },
      async ({ ctx, ssh }) => {
        expect((await ssh.exec(ctx, 'true')).stdout).toBe('ok');
        expect(ctx.clock.now()).toBe(20);
      },
    );
    expect(runs).toBe(1);
  });

  it('that is always refused gives up with effect none', async () => {
    await scene({ ...echo, refuse: () => true }, async ({ ctx, ssh }) => {
      expect(await fault(ssh.exec(ctx, 'true'))).toMatchObject({
        code: 'ssh.exec-refused',
        effect: 'none',
        blame: 'rig',
      });
    });
  });

  it('that was killed by a signal has no exit code', async () => {
    const script: ServerScript = {
      run(channel) {
        channel.exit('KILL');
        channel.end();
      },
    };
    await scene(script, async ({ ctx, ssh }) => {
      const error = await fault(ssh.exec(ctx, 'sysupgrade'));
      expect(error).toMatchObject({
        code: 'ssh.no-exit-status',
        effect: 'unknown',
        data: { signal: 'SIGKILL' },
      });
    });
  });

  it('that takes too long is given up, and the next one runs', async () => {
    const script: ServerScript = {
      run: (channel, command, n) => (n === 1 ? undefined : reply(channel, command)),
    };
    await scene(script, async ({ ctx, ssh }) => {
      const error = await fault(ssh.exec(ctx, 'sleep 99', { limit: 3_000 }));
      expect(error).toMatchObject({ code: 'ssh.timeout', effect: 'unknown' });
      expect(ctx.clock.now()).toBe(3_000);
      expect((await ssh.exec(ctx, 'next')).stdout).toBe('next');
    });
  });

  it('is aborted by its signal, also while it waits for its turn', async () => {
    await scene(silent, async ({ ctx, ssh }) => {
      const errors = await Promise.all([
        fault(ctx.within(500, 'first', (inner) => ssh.exec(inner, 'one'))),
        fault(ctx.within(400, 'second', (inner) => ssh.exec(inner, 'two'))),
      ]);
      expect(errors.map((e) => e.code)).toEqual(['deadline.exceeded', 'deadline.exceeded']);
      expect(ctx.clock.now()).toBe(500);
      const ended = new AbortController();
      ended.abort(new Error('the test is over'));
      await expect(ssh.exec({ ...ctx, signal: ended.signal }, 'three')).rejects.toThrow('the test is over');
    });
  });
});

describe('a connection that fails', () => {
  it('in mid-command is never an exit code, and the command is not repeated', async () => {
    let runs = 0;
    await scene({ run: (channel) => (runs++, channel.write('half')) }, async ({ ctx, ssh, far, events }) => {
      const work = fault(ssh.exec(ctx, 'reboot'));
      await ctx.clock.sleep(100);
      far.destroy();
      expect(await work).toMatchObject({ code: 'ssh.closed', effect: 'unknown', blame: 'rig' });
      expect(ssh.alive).toBe(false);
      expect(events().at(-1)).toMatchObject({ kind: 'fault', data: { code: 'ssh.closed' } });
      expect(await fault(ssh.exec(ctx, 'true'))).toMatchObject({ code: 'ssh.closed', effect: 'none' });
    });
    expect(runs).toBe(1);
  });

  it('between the request and its answer leaves the effect unknown', async () => {
    const script: ServerScript = { ...echo, refuse: () => true };
    const { ctx } = testCtx();
    await ctx.clock.drive('cut', async () => {
      const { socket, far } = createTestServer(script).plug();
      const ssh = await connectSsh(ctx, { ...login, socket });
      const work = fault(ssh.exec(ctx, 'reboot'));
      far.destroy();
      expect(await work).toMatchObject({ code: 'ssh.closed', effect: 'unknown' });
    });
  });

  it('by falling silent is found out within five seconds', async () => {
    await scene(silent, async ({ ctx, ssh, far }) => {
      const work = fault(ssh.exec(ctx, 'logread'));
      await ctx.clock.sleep(10_000);
      const silentFrom = ctx.clock.now();
      far.pause();
      expect(await work).toMatchObject({ code: 'ssh.hung', effect: 'unknown', data: { unanswered: 3 } });
      expect(ctx.clock.now() - silentFrom).toBeLessThanOrEqual(5_000);
      expect(ssh.alive).toBe(false);
    });
  });

  it('is not suspected while a long command runs on a router that answers keepalives', async () => {
    const { ctx } = testCtx();
    const script: ServerScript = {
      run: (channel) => void ctx.clock.after(600_000, () => reply(channel, 'done')),
    };
    await ctx.clock.drive('patience', async () => {
      const ssh = await connectSsh(ctx, { ...login, socket: createTestServer(script).plug().socket });
      expect((await ssh.exec(ctx, 'sleep 600', { limit: 700_000 })).stdout).toBe('done');
      await ssh.close();
    });
  });
});

describe('connecting', () => {
  const attempt = (change: object): Promise<HarnessError> => {
    const { ctx } = testCtx();
    return ctx.clock.drive('attempt', () =>
      fault(connectSsh(ctx, { ...login, ...change, socket: createTestServer(echo).plug().socket })),
    );
  };

  it('refuses a host key that is not the pinned one, and shows both', async () => {
    const expected = `SHA256:${'A'.repeat(43)}`;
    const error = await attempt({ hostKey: expected });
    expect(error).toMatchObject({ code: 'ssh.host-key-mismatch', blame: 'rig', effect: 'none' });
    expect(error.data).toEqual({ found: hostKey, expected, keyType: 'ssh-ed25519' });
  });

  it('refuses a host key without a pin, and says which line to write', async () => {
    const error = await attempt({ hostKey: undefined });
    expect(error.code).toBe('ssh.host-key-missing');
    expect(error.hint).toContain(`hostKey: '${hostKey}'`);
  });

  it('says when the password is wrong, without telling it', async () => {
    const error = await attempt({ password: 'wrong-password' });
    expect(error).toMatchObject({ code: 'ssh.auth-failed', blame: 'rig' });
    expect(error.message + JSON.stringify(error)).not.toContain('wrong-password');
  });

  it('blames the rig file for a key that cannot be read', async () => {
    expect(await attempt({ privateKey: 'no key at all' })).toMatchObject({
      code: 'ssh.bad-settings',
      blame: 'test',
    });
  });

  it('gives up on a peer that says nothing', async () => {
    const { ctx } = testCtx();
    await ctx.clock.drive('nobody', async () => {
      const error = await fault(connectSsh(ctx, { ...login, socket: createDuplexPair()[0] }));
      expect(error).toMatchObject({ code: 'ssh.unreachable', effect: 'none' });
      expect(ctx.clock.now()).toBe(5_000);
    });
  });
});

describe('a stream over SSH', () => {
  it('delivers lines until it is stopped, beside commands', async () => {
    const { ctx } = testCtx();
    const script: ServerScript = {
      run(channel, command) {
        if (command !== 'logread -f') return reply(channel, 'ok');
        let i = 0;
        let open = true;
        channel.resume().on('close', () => (open = false));
        const tick = (): void => {
          if (!open) return;
          channel.write(`line ${++i}\nli`);
          channel.write(`ne ${++i}\r\n`);
          ctx.clock.after(1_000, tick);
        };
        tick();
      },
    };
    await ctx.clock.drive('stream', async () => {
      const ssh = await connectSsh(ctx, { ...login, socket: createTestServer(script).plug().socket });
      const lines: string[] = [];
      const following = await ssh.stream(ctx, 'logread -f', (line) => lines.push(line));
      await ctx.clock.sleep(1_500);
      expect((await ssh.exec(ctx, 'true')).stdout).toBe('ok');
      await following.stop();
      await following.ended;
      await ctx.clock.sleep(5_000);
      expect(lines).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
      await ssh.close();
    });
  });

  it('rejects when its command ends by itself', async () => {
    const script: ServerScript = {
      run: (c) => void c.stderr.write('bad address', () => reply(c, 'last words', 1)),
    };
    await scene(script, async ({ ctx, ssh }) => {
      const lines: string[] = [];
      const { ended } = await ssh.stream(ctx, 'ping nowhere', (line) => lines.push(line));
      expect(await fault(ended)).toMatchObject({
        code: 'ssh.stream-ended',
        data: { exitCode: 1, stderr: 'bad address' },
      });
      expect(lines).toEqual(['last words']);
    });
  });

  it('rejects when the connection breaks or falls silent', async () => {
    await scene(silent, async ({ ctx, ssh, far }) => {
      const { ended } = await ssh.stream(ctx, 'logread -f', () => undefined);
      await ctx.clock.sleep(60_000);
      far.pause();
      expect(await fault(ended)).toMatchObject({ code: 'ssh.hung' });
    });
  });

  it('ends with the signal of its owner', async () => {
    await scene(silent, async ({ ctx, ssh }) => {
      const owner = new AbortController();
      const { ended } = await ssh.stream({ ...ctx, signal: owner.signal }, 'logread -f', () => undefined);
      owner.abort(new Error('over'));
      await ended;
      expect(ssh.alive).toBe(true);
    });
  });
});

describe('a command in the shell that stays', () => {
  it('is recorded as any other, whatever pieces its end comes in', async () => {
    const script: ServerScript = {
      run: (channel, command) => {
        for (const octet of Buffer.from(`${command} 0123`)) channel.write(Buffer.of(octet));
        reply(channel, '', 3);
      },
    };
    await scene(script, async ({ ctx, ssh, events }) => {
      expect(await ssh.run(ctx, "it's")).toMatchObject({ command: "it's", exitCode: 3, stdout: "it's 0123" });
      expect((await ssh.run(ctx, 'two')).stdout).toBe('two 0123');
      expect(events().map((e) => e.kind)).toEqual(['exec', 'exit', 'exec', 'exit']);
    });
  });

  it('that fails with its connection is never an exit code, be it cut or silent', async () => {
    await scene(silent, async ({ ctx, ssh, far }) => {
      const work = fault(ssh.run(ctx, 'true'));
      await ctx.clock.sleep(500);
      far.destroy();
      expect(await work).toMatchObject({ code: 'ssh.closed', effect: 'unknown' });
    });
    await scene(silent, async ({ ctx, ssh, far }) => {
      const work = fault(ssh.run(ctx, 'true'));
      await ctx.clock.sleep(500);
      far.pause();
      expect(await work).toMatchObject({ code: 'ssh.hung', effect: 'unknown' });
      expect(ctx.clock.now()).toBeLessThan(5_500);
    });
  });

  it('is aborted by its signal, and the next one has another shell', async () => {
    const script: ServerScript = { run: (channel, command) => command === 'stuck' || reply(channel, 'ok') };
    await scene(script, async ({ ctx, ssh }) => {
      const controller = new AbortController();
      const work = fault(ssh.run({ ...ctx, signal: controller.signal }, 'stuck'));
      await ctx.clock.sleep(10);
      controller.abort(new Error('over'));
      expect(await work).toMatchObject({ message: 'over' });
      expect((await ssh.run(ctx, 'next')).stdout).toBe('ok');
      expect(ssh.alive).toBe(true);
    });
  });
});

describe('a password', () => {
  it('is given also where the server asks for it in a dialogue', async () => {
    const { ctx } = testCtx();
    await ctx.clock.drive('dialogue', async () => {
      const { plug } = createTestServer({ ...echo, dialogue: true });
      const ssh = await connectSsh(ctx, { ...login, socket: plug().socket });
      expect((await ssh.exec(ctx, 'uname')).stdout).toBe('uname\n');
      await ssh.close();
      const wrong = connectSsh(ctx, { ...login, password: 'no', socket: plug().socket });
      expect(await fault(wrong)).toMatchObject({ code: 'ssh.auth-failed' });
    });
  });
});

describe('the algorithms', () => {
  it('are among them what dropbear of OpenWrt 15.05 has at most', async () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2_048 })
      .privateKey.export({ type: 'pkcs1', format: 'pem' })
      .toString();
    const print = fingerprintOf((ssh2.utils.parseKey(key) as ParsedKey).getPublicSSH());
    const config: Partial<ServerConfig> = {
      hostKeys: [key],
      algorithms: {
        kex: ['diffie-hellman-group14-sha1'],
        serverHostKey: ['ssh-rsa'],
        cipher: ['aes128-ctr'],
        hmac: ['hmac-sha1'],
      },
    };
    const { ctx } = testCtx();
    await ctx.clock.drive('old', async () => {
      const { socket } = createTestServer({ ...echo, config }).plug();
      const ssh = await connectSsh(ctx, { ...login, hostKey: print, socket });
      expect((await ssh.exec(ctx, 'uname')).stdout).toBe('uname\n');
      await ssh.close();
    });
  });
});
