import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect } from '@jest/globals';
import type { HarnessError } from '../../harness/core/errors.ts';
import { createOpenwrtRouter } from '../../harness/drivers/openwrt/router.ts';
import { connectSsh, type SshTarget, type TcpTarget } from '../../harness/transport/ssh.ts';
import { temporaryFolder } from '../support/cli.ts';
import { beginCommand, dropbearNeeds, startDropbear, type Dropbear } from '../support/dropbear.ts';
import { itWith } from '../support/it-with.ts';
import { printed, start } from '../support/programs.ts';
import { patientCtx, realCtx } from '../support/real-ctx.ts';

const withDropbear = itWith(...dropbearNeeds);
const ctx = patientCtx();
const ONCE = { pauses: [] };
const folder = temporaryFolder();
const running: { stop(): Promise<void> }[] = [];
let pair: Promise<readonly [Dropbear, Dropbear]> | undefined;

afterAll(async () => {
  for (const one of running) await one.stop();
  folder.remove();
});

/** A router that is reached through another server. */
async function lab(): Promise<{
  readonly router: TcpTarget;
  readonly jump: TcpTarget;
  readonly bastion: Dropbear;
}> {
  pair ??= (async () => {
    const servers = [await startDropbear(), await startDropbear()] as const;
    running.push(...servers);
    return servers;
  })();
  const [bastion, router] = await pair;
  const jump = { ...bastion.target, name: 'bastion' };
  return { bastion, jump, router: { ...router.target, name: 'router', jump } };
}

const fault = (work: Promise<unknown>): Promise<HarnessError> =>
  work.then(
    () => {
      throw new Error('expected a fault');
    },
    (error: HarnessError) => error,
  );

async function once(target: SshTarget, command: string): Promise<string> {
  const ssh = await connectSsh(ctx, target);
  try {
    return (await ssh.run(ctx, command)).stdout;
  } finally {
    await ssh.close();
  }
}

describe('a router behind a jump host', () => {
  withDropbear('runs commands, takes files and streams, and connects anew by itself', async () => {
    const { router: target, bastion } = await lab();
    const router = createOpenwrtRouter({ name: 'router', connect: (c) => connectSsh(c, target) });
    const server = (await router.shell(ctx, 'echo $PPID')).stdout;
    const path = join(folder.path, 'file');
    const bytes = Buffer.alloc(300_000, 'wwan');
    await router.upload(ctx, bytes, path);
    expect(Buffer.from(await router.download(ctx, path))).toEqual(bytes);
    bastion.signalConnections('KILL');
    await ctx.expect(
      'the loss is seen',
      async () => {
        const now = await router.shell(ctx, 'echo $PPID').catch(() => undefined);
        return now !== undefined && now.stdout !== server ? now : undefined;
      },
      60_000,
      50,
    );
    await router.close();
  });

  withDropbear('pins the keys of both, and tells which one differs', async () => {
    const { router, jump } = await lab();
    const wrong = `SHA256:${'A'.repeat(43)}`;
    // Not by a limit: the router has ended that connection itself.
    const patience = { limit: 600_000 };
    expect(await fault(connectSsh(ctx, { ...router, hostKey: wrong }, patience))).toMatchObject({
      code: 'ssh.host-key-mismatch',
      message: expect.stringContaining('router shows'),
    });
    expect(await fault(connectSsh(ctx, { ...router, jump: { ...jump, hostKey: wrong } }))).toMatchObject({
      code: 'ssh.host-key-mismatch',
      message: expect.stringContaining('bastion shows'),
    });
    expect(await fault(connectSsh(ctx, { ...router, jump: { ...jump, hostKey: undefined } }))).toMatchObject({
      code: 'ssh.host-key-missing',
      message: expect.stringContaining('bastion'),
    });
    expect(await fault(connectSsh(ctx, { ...router, port: 1 }, ONCE))).toMatchObject({
      code: 'ssh.unreachable',
      message: expect.stringContaining('router'),
    });
    expect(await fault(connectSsh(ctx, { ...router, jump: { ...jump, port: 1 } }, ONCE))).toMatchObject({
      code: 'ssh.unreachable',
      message: expect.stringContaining('bastion'),
    });
    expect(await once(router, 'echo both')).toBe('both\n');
  });

  withDropbear('is found out when the jump host hangs, and let go', async () => {
    const { router, bastion } = await lab();
    const inTime = realCtx();
    const ssh = await connectSsh(inTime, router, { limit: 60_000 });
    const { ended } = await beginCommand(inTime, ssh);
    bastion.signalConnections('STOP');
    try {
      expect(await fault(ended)).toMatchObject({ code: 'ssh.hung', blame: 'rig', effect: 'unknown' });
      await ssh.close();
    } finally {
      bastion.signalConnections('KILL');
    }
  });
});

describe('who logs in', () => {
  itWith(...dropbearNeeds, 'ssh-keygen')(
    'has a key with a passphrase, in OpenSSH format and in PEM',
    async () => {
      const { jump, bastion } = await lab();
      const locked = join(folder.path, 'locked');
      copyFileSync(bastion.keyFile, locked);
      execFileSync('chmod', ['600', locked]);
      execFileSync('ssh-keygen', ['-q', '-p', '-N', 'open it', '-f', locked]);
      const privateKey = readFileSync(locked, 'utf8');
      expect(await once({ ...jump, privateKey, passphrase: 'open it' }, 'echo in')).toBe('in\n');
      expect(await fault(connectSsh(ctx, { ...jump, privateKey }))).toMatchObject({
        code: 'ssh.bad-settings',
        hint: expect.stringContaining('passphraseEnv'),
      });
      expect(await fault(connectSsh(ctx, { ...jump, privateKey, passphrase: 'no' }))).toMatchObject({
        code: 'ssh.bad-settings',
      });
    },
  );

  itWith(
    ...dropbearNeeds,
    'ssh-agent',
    'ssh-add',
  )('has an agent that holds the key', async () => {
    const { jump, bastion } = await lab();
    const agent = join(folder.path, 'agent');
    const process = start('ssh-agent', ['-D', '-a', agent]);
    running.push(process);
    await printed(process.child, /SSH_AUTH_SOCK/);
    const target = { ...jump, privateKey: undefined, agent };
    expect(await fault(connectSsh(ctx, target))).toMatchObject({
      code: 'ssh.auth-failed',
      message: expect.stringContaining("agent's keys"),
    });
    execFileSync('ssh-add', ['-q', bastion.keyFile], {
      env: { ...globalThis.process.env, SSH_AUTH_SOCK: agent },
    });
    expect(await once(target, 'echo in')).toBe('in\n');
  });
});
