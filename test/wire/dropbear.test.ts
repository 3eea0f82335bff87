import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { afterAll, describe, expect } from '@jest/globals';
import type { HarnessError } from '../../harness/core/errors.ts';
import { uploadFile } from '../../harness/drivers/openwrt/upload.ts';
import { createOpenwrtRouter } from '../../harness/drivers/openwrt/router.ts';
import { connectSsh, type SshConnection } from '../../harness/transport/ssh.ts';
import { beginCommand, dropbearNeeds, startDropbear, type Dropbear } from '../support/dropbear.ts';
import { itWith } from '../support/it-with.ts';
import { patientCtx, realCtx } from '../support/real-ctx.ts';

const withDropbear = itWith(...dropbearNeeds);
const ctx = patientCtx();
setMaxListeners(0, ctx.signal); // hundreds of commands wait for their turn at once
let server: Dropbear | undefined;

afterAll(async () => {
  await server?.stop();
});

async function connected(
  body: (ssh: SshConnection, dropbear: Dropbear) => Promise<void>,
  on = ctx,
): Promise<void> {
  server ??= await startDropbear();
  const ssh = await connectSsh(on, server.target);
  try {
    await body(ssh, server);
  } finally {
    await ssh.close();
  }
}

/** Ends when this process has run for so long: while the machine stands still, nobody can find out anything. */
async function ranFor(milliseconds: number): Promise<'too late'> {
  const { clock } = realCtx();
  for (let ran = 0; ran < milliseconds; ran += 50) await clock.sleep(50);
  return 'too late';
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
    const inTime = realCtx();
    await connected(async (ssh) => {
      expect((await ssh.exec(inTime, 'sleep 3; echo slept')).stdout).toBe('slept\n');
    }, inTime);
  });

  withDropbear('gives up a command that takes too long; the next one runs on a new connection', async () => {
    server ??= await startDropbear();
    const { target } = server;
    const inTime = realCtx();
    const connect = (): Promise<SshConnection> => connectSsh(inTime, target, { limit: 60_000 });
    const router = createOpenwrtRouter({ name: 'dropbear', connect });
    const slow = router.shell(inTime, 'sleep 10', { limit: 200 });
    expect(await fault(slow)).toMatchObject({ code: 'ssh.timeout' });
    expect((await router.exec(inTime, ['echo', "it's next"])).stdout).toBe("it's next\n");
    await router.close();
  });

  withDropbear(
    'streams lines beside commands, and the streaming command ends when it is stopped',
    async () => {
      await connected(async (ssh) => {
        const lines: string[] = [];
        let enough: () => void = () => undefined;
        const ticks = new Promise<void>((resolve) => (enough = resolve));
        const line = 'echo $$; exec sh -c "while sleep 0.05; do echo tick; done"';
        const stream = await ssh.stream(ctx, line, (text) => lines.push(text) === 4 && enough());
        await ticks;
        expect((await ssh.exec(ctx, 'echo beside')).stdout).toBe('beside\n');
        await stream.stop();
        expect(lines.slice(1, 4)).toEqual(['tick', 'tick', 'tick']);
        const gone = `while kill -0 ${lines[0]} 2>/dev/null; do sleep 0.1; done`;
        expect((await ssh.exec(ctx, gone)).exitCode).toBe(0);
      });
    },
  );

  withDropbear('that is killed in mid-command is a closed connection, never an exit code', async () => {
    await connected(async (ssh) => {
      const pid = await serverProcess(ssh);
      const { ended } = await beginCommand(ctx, ssh);
      execFileSync('kill', ['-9', String(pid)]);
      expect(await fault(ended)).toMatchObject({ code: 'ssh.closed', blame: 'rig', effect: 'unknown' });
    });
  });

  withDropbear('that is stopped in mid-command is found out within five seconds', async () => {
    const inTime = realCtx();
    await connected(async (ssh) => {
      const pid = await serverProcess(ssh);
      const { ended } = await beginCommand(inTime, ssh);
      execFileSync('kill', ['-STOP', String(pid)]);
      try {
        const found = Promise.race([fault(ended), ranFor(5_000)]);
        expect(await found).toMatchObject({ code: 'ssh.hung', blame: 'rig', effect: 'unknown' });
      } finally {
        execFileSync('kill', ['-9', String(pid)]);
      }
    }, inTime);
  });
});
