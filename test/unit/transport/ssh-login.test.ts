import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import ssh2, { type ParsedKey, type ServerConfig } from 'ssh2';
import type { HarnessError } from '../../../harness/core/errors.ts';
import { createDuplexPair } from '../../../harness/transport/memory-duplex.ts';
import { connectSsh } from '../../../harness/transport/ssh.ts';
import { fingerprintOf } from '../../../harness/transport/ssh/host-key.ts';
import { testCtx } from '../../support/ctx.ts';
import { createTestServer, hostKey, key as own } from '../../support/ssh-server.ts';
import { patientCtx } from '../../support/real-ctx.ts';
import { echo, fault, login } from './ssh-scene.ts';

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

describe('a server with several host keys', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
  const rsaPrint = fingerprintOf((ssh2.utils.parseKey(rsa) as ParsedKey).getPublicSSH());

  it('is known by any of them, and changed where it has the pinned one no longer', async () => {
    const { server } = createTestServer({ ...echo, config: { hostKeys: [own.private, rsa] } });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const target = { ...login, host: '127.0.0.1', port };
    try {
      for (const pinned of [hostKey, rsaPrint]) {
        const ssh = await connectSsh(patientCtx(), { ...target, hostKey: pinned });
        expect((await ssh.exec(patientCtx(), 'uname')).stdout).toBe('uname\n');
        await ssh.close();
      }
      const refused = { ...target, hostKey: rsaPrint, password: 'no' };
      expect(await fault(connectSsh(patientCtx(), refused))).toMatchObject({ code: 'ssh.auth-failed' });
      const expected = `SHA256:${'A'.repeat(43)}`;
      const error = await fault(connectSsh(patientCtx(), { ...target, hostKey: expected }));
      expect(error).toMatchObject({
        code: 'ssh.host-key-mismatch',
        data: { found: hostKey, expected, keyType: 'ssh-ed25519' },
      });
    } finally {
      server.close();
    }
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
