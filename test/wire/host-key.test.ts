import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile } from '../../harness/lab/rig-file.ts';
import { createSimRig, type SimRig } from '../../harness/lab/sim-rig.ts';
import { awaitBoot } from '../../harness/procedures/boot.ts';
import { temporaryFolder } from '../support/cli.ts';
import { realCtx, stoppableRealClock } from '../support/real-ctx.ts';
import { projectRoot } from '../support/sources.ts';

const folder = temporaryFolder();
const time = stoppableRealClock();
const ctx = realCtx(time.clock);
const outside = process.env['WWANLAB_STATE'];

/** The router before and after it was flashed without its settings: the same board behind the same port. */
let lives: readonly [SimRig, SimRig];
let current: SimRig;
const sockets: Socket[] = [];
const server = createServer({ noDelay: true }, (socket) => {
  const router = current.connect();
  sockets.push(socket);
  socket.on('error', () => router.destroy());
  router.on('error', () => socket.destroy());
  socket.pipe(router).pipe(socket);
});

beforeAll(async () => {
  process.env['WWANLAB_STATE'] = join(folder.path, 'state');
  const file = loadRigFile(join(projectRoot, 'rigs/sim-mifi25-ec25.rig.yaml'));
  if (file.kind !== 'sim') throw new Error('expected a simulated rig');
  lives = [createSimRig(ctx, file), createSimRig(ctx, file)];
  [current] = lives;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  for (const life of lives) life.close();
  time.stop();
  server.close();
  if (outside === undefined) delete process.env['WWANLAB_STATE'];
  else process.env['WWANLAB_STATE'] = outside;
  folder.remove();
});

describe('a lab rig whose router has another host key since its settings were dropped', () => {
  it('answers to nobody until it is proven to be the same, and is pinned anew then, in its file too', async () => {
    const [before, after] = lives;
    const path = join(folder.path, 'flashed.rig.yaml');
    const { port } = server.address() as AddressInfo;
    const text = (key: string): string => `# on the shelf
kind: lab
title: a router behind a TCP port
router: # it has no console
  host: 127.0.0.1
  port: ${port}
  hostKey: ${key} # pinned
modem:
  model: ec25-a
connection:
  apn: internet
`;
    writeFileSync(path, text(before.hostKeyFingerprint));
    const rig = await openRig(ctx, loadRigFile(path), { reason: 'a flash' });
    try {
      const { boardName } = await rig.router.board(ctx);
      const known = { boardName, macAddresses: await rig.router.macAddresses(ctx) };
      const boot = await rig.router.boot(ctx);
      current = after;
      for (const socket of sockets) socket.destroy();

      await expect(awaitBoot(ctx, rig.router, boot.bootId)).rejects.toMatchObject({
        code: 'ssh.host-key-mismatch',
      });
      const another = { boardName, macAddresses: ['00:11:22:33:44:55'] };
      await expect(rig.meetAgain?.(ctx, another)).rejects.toMatchObject({ code: 'rig.stranger' });
      expect(readFileSync(path, 'utf8')).toBe(text(before.hostKeyFingerprint));

      expect(await rig.meetAgain?.(ctx, known)).toMatchObject({ hostKey: after.hostKeyFingerprint });
      expect(readFileSync(path, 'utf8')).toBe(text(`'${after.hostKeyFingerprint}'`));
      expect((await rig.router.boot(ctx)).bootId).not.toBe(boot.bootId);
    } finally {
      await rig.close();
    }
    const again = await openRig(ctx, loadRigFile(path), { reason: 'afterwards' });
    await again.close();
  });
});
