import { describe, expect, it } from '@jest/globals';
import { connectSsh } from '../../../harness/transport/ssh.ts';
import { testCtx } from '../../support/ctx.ts';
import { createTestServer, reply, type ServerScript } from '../../support/ssh-server.ts';
import { fault, login, scene, silent } from './ssh-scene.ts';

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
