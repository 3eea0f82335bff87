import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { connectSsh } from '../../../harness/transport/ssh.ts';
import { testCtx } from '../../support/ctx.ts';
import { createTestServer, reply, type ServerScript } from '../../support/ssh-server.ts';
import { echo, fault, login, scene, silent } from './ssh-scene.ts';

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
