import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { connectSsh } from '../../harness/transport/ssh.ts';
import { patientCtx, realCtx } from '../support/real-ctx.ts';
import { createTestServer, hostKey, PASSWORD, reply } from '../support/ssh-server.ts';

const login = { name: 'router', user: 'root', password: PASSWORD, hostKey, host: '127.0.0.1' };

describe('SSH over TCP', () => {
  it('runs commands in real time', async () => {
    const { server } = createTestServer({ run: (channel, command) => reply(channel, command) });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ctx = patientCtx();
    const ssh = await connectSsh(ctx, { ...login, port });
    expect((await ssh.exec(ctx, 'one')).stdout).toBe('one');
    expect((await ssh.exec(ctx, 'two')).stdout).toBe('two');
    await ssh.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('tells a jump host that lets nobody through from a router that is silent', async () => {
    const { server } = createTestServer({ run: () => undefined }); // ssh2's server forwards nothing unless told to
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const jump = { ...login, name: 'bastion', port };
    await expect(connectSsh(patientCtx(), { ...login, port, jump })).rejects.toMatchObject({
      code: 'ssh.forward-refused',
      message: expect.stringContaining('bastion'),
      effect: 'none',
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it('says that nothing listens there, after a few tries', async () => {
    const ctx = realCtx();
    await expect(connectSsh(ctx, { ...login, port: 1 }, { pauses: [10, 20] })).rejects.toMatchObject({
      code: 'ssh.unreachable',
      blame: 'rig',
      effect: 'none',
    });
    expect(ctx.clock.now()).toBeGreaterThanOrEqual(30);
  });

  it('tells how long it waited in all for one that takes the connection and says nothing', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const patience = { limit: 200, pauses: [10, 20] };
    await expect(connectSsh(realCtx(), { ...login, port }, patience)).rejects.toMatchObject({
      code: 'ssh.unreachable',
      message: expect.stringContaining('no answer within 200 ms'),
    });
    await new Promise((resolve) => silent.close(resolve));
  });
});
