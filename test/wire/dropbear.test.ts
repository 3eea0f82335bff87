import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { afterAll, describe, expect } from '@jest/globals';
import type { HarnessError } from '../../harness/core/errors.ts';
import { uploadFile } from '../../harness/drivers/openwrt/upload.ts';
import { createOpenwrtRouter } from '../../harness/drivers/openwrt/router.ts';
import { connectSsh, type SshConnection } from '../../harness/transport/ssh.ts';
import { dropbearNeeds, startDropbear, type Dropbear } from '../support/dropbear.ts';
import { itWith } from '../support/it-with.ts';
import { realCtx } from '../support/real-ctx.ts';

const withDropbear = itWith(...dropbearNeeds);
const ctx = realCtx();
setMaxListeners(0, ctx.signal); // hundreds of commands wait for their turn at once
let server: Dropbear | undefined;

afterAll(async () => {
  await server?.stop();
});

async function connected(body: (ssh: SshConnection, dropbear: Dropbear) => Promise<void>): Promise<void> {
  server ??= await startDropbear();
  const ssh = await connectSsh(ctx, server.target);
  try {
    await body(ssh, server);
  } finally {
    await ssh.close();
  }
}

/** The process of the server that serves this connection: the parent of its shell. */
async function serverProcess(ssh: SshConnection): Promise<number> {
  return Number((await ssh.exec(ctx, 'echo $PPID')).stdout);
}

const fault = (work: Promise<unknown>): Promise<HarnessError> =>
  work.then(
    () => {
      throw new Error('expected a fault');
    },
    (error: HarnessError) => error,
  );

describe("Debian's dropbear", () => {
  withDropbear('is recognised by the fingerprint that its own tool prints, and by no other', async () => {
    await connected(async (ssh, { target, fingerprint }) => {
      expect((await ssh.exec(ctx, 'echo it is me')).stdout).toBe('it is me\n');
      const wrong = `SHA256:${'A'.repeat(43)}`;
      const error = await fault(connectSsh(ctx, { ...target, hostKey: wrong }));
      expect(error).toMatchObject({
        code: 'ssh.host-key-mismatch',
        data: { found: fingerprint, expected: wrong },
      });
    });
  });

  withDropbear('brings back exit codes, both streams and what was sent as input', async () => {
    await connected(async (ssh) => {
      const result = await ssh.exec(ctx, 'wc -c; echo out; echo err >&2; exit 7', {
        stdin: randomBytes(70_000),
      });
      expect(result).toMatchObject({ exitCode: 7, stdout: '70000\nout\n', stderr: 'err\n' });
      expect((await ssh.exec(ctx, 'cat')).stdout).toBe('');
      expect(await fault(ssh.exec(ctx, 'kill -9 $$'))).toMatchObject({ code: 'ssh.no-exit-status' });
    });
  });

  withDropbear('runs 300 commands that were asked for at once without a failure', async () => {
    await connected(async (ssh) => {
      const numbers = Array.from({ length: 300 }, (_, i) => i);
      const results = await Promise.all(numbers.map((i) => ssh.exec(ctx, `echo ${i}`)));
      expect(results.map((result) => Number(result.stdout))).toEqual(numbers);
    });
  });

  withDropbear('takes an upload of 3 MB whole', async () => {
    await connected(async (ssh) => {
      const path = (await ssh.exec(ctx, 'mktemp')).stdout.trim();
      await uploadFile(
        ctx,
        (c, script, options) => ssh.exec(c, script, options),
        randomBytes(3_000_000),
        path,
      );
      expect((await ssh.exec(ctx, `wc -c < ${path}; rm ${path}`)).stdout).toBe('3000000\n');
    });
  });

  withDropbear('answers keepalives during a command that is silent for long', async () => {
    await connected(async (ssh) => {
      expect((await ssh.exec(ctx, 'sleep 3; echo slept')).stdout).toBe('slept\n');
    });
  });

  withDropbear('gives up a command that takes too long; the next one runs on a new connection', async () => {
    server ??= await startDropbear();
    const { target } = server;
    const router = createOpenwrtRouter({ name: 'dropbear', connect: (c) => connectSsh(c, target) });
    expect(await fault(router.shell(ctx, 'sleep 10', { limit: 200 }))).toMatchObject({ code: 'ssh.timeout' });
    expect((await router.exec(ctx, ['echo', "it's next"])).stdout).toBe("it's next\n");
    await router.close();
  });

  withDropbear(
    'streams lines beside commands, and the streaming command ends when it is stopped',
    async () => {
      await connected(async (ssh) => {
        const lines: string[] = [];
        const enough = new Promise<void>((resolve) => {
          void ssh
            .stream(ctx, 'echo $$; exec sh -c "while sleep 0.05; do echo tick; done"', (line) => {
              lines.push(line);
              if (lines.length === 4) resolve();
            })
            .then((stream) => streams.push(stream));
        });
        const streams: { stop(): Promise<void> }[] = [];
        await enough;
        expect((await ssh.exec(ctx, 'echo beside')).stdout).toBe('beside\n');
        await streams[0]?.stop();
        expect(lines.slice(1, 4)).toEqual(['tick', 'tick', 'tick']);
        const gone = `for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 ${lines[0]} || exit 0; sleep 0.1; done; exit 1`;
        expect((await ssh.exec(ctx, gone)).exitCode).toBe(0);
      });
    },
  );

  withDropbear('that is killed in mid-command is a closed connection, never an exit code', async () => {
    await connected(async (ssh) => {
      const pid = await serverProcess(ssh);
      const work = fault(ssh.exec(ctx, 'sleep 30'));
      await ctx.clock.sleep(100);
      execFileSync('kill', ['-9', String(pid)]);
      expect(await work).toMatchObject({ code: 'ssh.closed', blame: 'rig', effect: 'unknown' });
    });
  });

  withDropbear(
    'that is stopped in mid-command is found out within five seconds',
    async () => {
      await connected(async (ssh) => {
        const pid = await serverProcess(ssh);
        const work = fault(ssh.exec(ctx, 'sleep 30'));
        await ctx.clock.sleep(100);
        const stoppedAt = ctx.clock.now();
        execFileSync('kill', ['-STOP', String(pid)]);
        try {
          expect(await work).toMatchObject({ code: 'ssh.hung', blame: 'rig', effect: 'unknown' });
          expect(ctx.clock.now() - stoppedAt).toBeLessThan(5_000);
        } finally {
          execFileSync('kill', ['-9', String(pid)]);
        }
      });
    },
    15_000,
  );
});
