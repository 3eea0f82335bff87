import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect } from '@jest/globals';
import type { HarnessError } from '../../harness/core/errors.ts';
import { connectSsh, type SshConnection } from '../../harness/transport/ssh.ts';
import { temporaryFolder } from '../support/cli.ts';
import { dropbearNeeds, startDropbear, type Dropbear } from '../support/dropbear.ts';
import { itWith } from '../support/it-with.ts';
import { patientCtx } from '../support/real-ctx.ts';

const ctx = patientCtx();
const folder = temporaryFolder();
afterAll(() => folder.remove());

const fault = (work: Promise<unknown>): Promise<HarnessError> =>
  work.then(
    () => {
      throw new Error('expected a fault');
    },
    (error: HarnessError) => error,
  );

/** Odd ends of shell. */
const lines: readonly (readonly [string, { exitCode: number; stdout: string; stderr?: string }])[] = [
  ['echo out; echo err >&2; exit 7', { exitCode: 7, stdout: 'out\n', stderr: 'err\n' }],
  ["printf 'no end of line'", { exitCode: 0, stdout: 'no end of line' }],
  ["echo 'it''s' \"two\nlines\"", { exitCode: 0, stdout: 'its two\nlines\n' }],
  ['cd /tmp; x=1; umask 0; exec 3>&1; pwd', { exitCode: 0, stdout: '/tmp\n' }],
  [
    'echo "${x-unset} $(umask) $(pwd)"',
    { exitCode: 0, stdout: expect.stringMatching(/^unset 0?022 \/.*\n$/) as never },
  ],
  ['cat; read -r line; echo "$?"', { exitCode: 0, stdout: '1\n' }],
  ['exec /bin/echo replaced', { exitCode: 0, stdout: 'replaced\n' }],
  ['exec >&- 2>&- <&-', { exitCode: 0, stdout: '' }],
  ['trap "echo bye" EXIT; false', { exitCode: 1, stdout: 'bye\n' }],
  ['set -e; false; echo not here', { exitCode: 1, stdout: '' }],
  ['nosuchprogram', { exitCode: 127, stdout: '', stderr: expect.stringContaining('not found') as never }],
  ['if; then', { exitCode: 2, stdout: '', stderr: expect.stringMatching(/syntax error/i) as never }],
  ["echo 'unclosed", { exitCode: 2, stdout: '', stderr: expect.stringMatching(/unterminated/i) as never }],
  ['}; echo)', { exitCode: 2, stdout: '', stderr: expect.stringMatching(/syntax error/i) as never }],
  ['kill -9 $(sh -c "echo \\$PPID")', { exitCode: 137, stdout: '', stderr: 'Killed\n' }],
  ['', { exitCode: 0, stdout: '' }],
];

describe.each(['dash', 'busybox'])('the shell that stays, %s', (name) => {
  const withShell = itWith(...dropbearNeeds, `/bin/${name}`);
  let server: Dropbear | undefined;
  afterAll(() => server?.stop());

  async function connected(body: (ssh: SshConnection) => Promise<void>): Promise<void> {
    server ??= await startDropbear(`/bin/${name}`);
    const ssh = await connectSsh(ctx, server.target);
    try {
      await body(ssh);
    } finally {
      await ssh.close();
    }
  }
  const out = async (ssh: SshConnection, line: string): Promise<string> => (await ssh.run(ctx, line)).stdout;

  withShell(
    'gives each command its exit code and both its streams, and none the state of another',
    async () => {
      await connected(async (ssh) => {
        const pid = await out(ssh, 'echo $$');
        for (const [line, expected] of lines) {
          expect({ line, ...(await ssh.run(ctx, line)) }).toMatchObject({ line, stderr: '', ...expected });
        }
        expect(await out(ssh, 'echo $$')).toBe(pid);
      });
    },
  );

  withShell('brings every octet back, much of them, on either stream', async () => {
    await connected(async (ssh) => {
      const octets = 'i=0; while [ $i -lt 256 ]; do printf "\\\\$(printf \'%03o\' $i)"; i=$((i+1)); done';
      const pieces: Uint8Array[] = [];
      await ssh.run(ctx, octets, { onOutput: (bytes) => pieces.push(bytes) });
      expect(Buffer.concat(pieces)).toEqual(Buffer.from(Array.from({ length: 256 }, (_, i) => i)));
      const much = await ssh.run(ctx, 'head -c 3000000 /dev/zero; head -c 2000000 /dev/zero >&2; exit 3');
      expect([much.stdout.length, much.stderr.length, much.exitCode]).toEqual([3_000_000, 2_000_000, 3]);
      expect(await out(ssh, 'echo grüße')).toBe('grüße\n');
    });
  });

  withShell('shows a command nothing that would let it forge its end', async () => {
    await connected(async (ssh) => {
      const { stdout } = await ssh.run(ctx, 'set; cat /proc/$$/environ /proc/$$/cmdline; echo 0 0');
      expect(stdout).not.toMatch(/[0-9a-f]{32}-/);
      expect(stdout).toMatch(/0 0\n$/);
    });
  });

  withShell(
    'that a command kills is a fault, and the next one has a new shell on the same connection',
    async () => {
      await connected(async (ssh) => {
        const server = await out(ssh, 'echo $PPID');
        expect(await fault(ssh.run(ctx, 'kill -9 $$'))).toMatchObject({
          code: 'ssh.no-exit-status',
          blame: 'rig',
          effect: 'unknown',
        });
        expect(await out(ssh, 'echo $PPID')).toBe(server);
      });
    },
  );

  withShell('gives up what takes too long, without the connection', async () => {
    await connected(async (ssh) => {
      const server = await out(ssh, 'echo $PPID');
      expect(await fault(ssh.run(ctx, 'sleep 60', { limit: 20 }))).toMatchObject({ code: 'ssh.timeout' });
      expect(await out(ssh, 'echo $PPID')).toBe(server);
    });
  });

  withShell('is left when something goes on writing that a command left behind', async () => {
    await connected(async (ssh) => {
      const written = join(folder.path, name);
      const later = `(sleep 0.2; echo late; : >${written}) &`;
      const [pid] = (await out(ssh, `echo $$; ${later} true`)).split('\n');
      const late = async (): Promise<true | undefined> => existsSync(written) || undefined;
      await ctx.expect('it has written', late, 30_000, 5);
      expect(await ssh.run(ctx, 'echo mine; echo too >&2')).toMatchObject({
        stdout: 'mine\n',
        stderr: 'too\n',
      });
      expect(await out(ssh, 'echo $$')).not.toBe(`${pid}\n`);
    });
  });

  withShell('is left when a command left something behind that may write into a later one', async () => {
    await connected(async (ssh) => {
      const pid = await out(ssh, 'echo $$');
      expect(await out(ssh, '(sleep 0.3; echo late) & echo $$')).toBe(pid);
      expect(await out(ssh, 'echo $$; sleep 0.6')).not.toContain('late');
      expect(await out(ssh, 'echo $$')).not.toBe(pid);
    });
  });

  withShell('is kept when all that a command began has ended, also by a broken pipe', async () => {
    await connected(async (ssh) => {
      const pid = await out(ssh, 'echo $$');
      expect(await ssh.run(ctx, 'yes | head -n 1; (sleep 0.1) & wait')).toMatchObject({
        stdout: 'y\n',
        stderr: '',
      });
      expect(await out(ssh, 'echo $$')).toBe(pid);
    });
  });

  withShell('that ends between two commands is not missed', async () => {
    await connected(async (ssh) => {
      const pid = Number(await out(ssh, 'echo $$'));
      execFileSync('kill', ['-9', String(pid)]);
      // Its server has seen it end, and has said so before it answers on another channel.
      await ssh.exec(ctx, `while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done`);
      await ssh.exec(ctx, 'true');
      expect(await out(ssh, 'echo on')).toBe('on\n');
    });
  });

  withShell('runs 400 commands, some of them beside it, without a failure', async () => {
    await connected(async (ssh) => {
      for (let i = 0; i < 400; i++) {
        const beside = i % 20 === 0 ? await ssh.exec(ctx, `echo ${i}`) : await ssh.run(ctx, `echo ${i}`);
        expect(beside.stdout).toBe(`${i}\n`);
      }
    });
  });
});
