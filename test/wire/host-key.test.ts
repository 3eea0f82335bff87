import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile } from '../../harness/lab/rig-file.ts';
import { createSimRig, type SimRig } from '../../harness/lab/sim-rig.ts';
import { awaitBoot } from '../../harness/procedures/boot.ts';
import { temporaryFolder } from '../support/cli.ts';
import { realCtx, recordedRealCtx, stoppableRealClock } from '../support/real-ctx.ts';
import { projectRoot } from '../support/sources.ts';

const folder = temporaryFolder();
const time = stoppableRealClock();
const ctx = realCtx(time.clock);
const outside = process.env['WWANLAB_STATE'];

/** The router before and after it was flashed without its settings: the same board behind the same port. */
let lives: readonly [SimRig, SimRig];
let current: SimRig;
const sockets: Socket[] = [];
const serve = (life: () => SimRig): Server =>
  createServer({ noDelay: true }, (socket) => {
    const router = life().connect();
    sockets.push(socket);
    socket.on('error', () => router.destroy());
    router.on('error', () => socket.destroy());
    socket.pipe(router).pipe(socket);
  });
const server = serve(() => current);
/** Where it is once its settings are dropped. */
const factory = serve(() => lives[1]);
const portOf = (one: Server): number => (one.address() as AddressInfo).port;

beforeAll(async () => {
  process.env['WWANLAB_STATE'] = join(folder.path, 'state');
  const file = loadRigFile(join(projectRoot, 'rigs/sim-mifi25-ec25.rig.yaml'));
  if (file.kind !== 'sim') throw new Error('expected a simulated rig');
  lives = [createSimRig(ctx, file), createSimRig(ctx, file)];
  [current] = lives;
  for (const one of [server, factory]) {
    await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  }
});

afterAll(() => {
  for (const life of lives) life.close();
  time.stop();
  server.close();
  factory.close();
  if (outside === undefined) delete process.env['WWANLAB_STATE'];
  else process.env['WWANLAB_STATE'] = outside;
  folder.remove();
});

describe('a lab rig whose router has another host key since its settings were dropped', () => {
  it('answers to nobody until it is proven to be the same, and is pinned anew then, in its file too', async () => {
    const [before, after] = lives;
    const path = join(folder.path, 'flashed.rig.yaml');
    const text = (key: string): string => `# on the shelf
kind: lab
title: a router behind a TCP port
router: # it has no console
  host: 127.0.0.1
  port: ${portOf(server)}
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

      await expect(awaitBoot(ctx, rig, boot.bootId)).rejects.toMatchObject({
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

  it('is met where it came from its factory, and found there from then on', async () => {
    const [before, after] = lives;
    current = before;
    const path = join(folder.path, 'moved.rig.yaml');
    const text = (key: string): string => `kind: lab
title: a router that will have another address
router:
  host: 127.0.0.1
  port: ${portOf(server)}
  password: of its settings
${key}  factory: { port: ${portOf(factory)} }
modem: { model: ec25-a }
connection: { apn: internet }
`;
    writeFileSync(path, text(''));
    await expect(openRig(ctx, loadRigFile(path), { reason: 'the first try' })).rejects.toMatchObject({
      code: 'ssh.host-key-missing',
      hint: expect.stringContaining(`hostKey: '${before.hostKeyFingerprint}'`),
    });
    writeFileSync(path, text(`  hostKey: ${before.hostKeyFingerprint}\n`));
    const rig = await openRig(ctx, loadRigFile(path), { reason: 'a flash' });
    try {
      const { boardName } = await rig.router.board(ctx);
      const known = { boardName, macAddresses: await rig.router.macAddresses(ctx) };
      await new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      });
      await expect(awaitBoot(ctx, rig, 'before')).rejects.toMatchObject({
        code: 'ssh.host-key-mismatch',
      });
      expect(await rig.meetAgain?.(ctx, known)).toMatchObject({ hostKey: after.hostKeyFingerprint });
      expect((await rig.router.board(ctx)).boardName).toBe(boardName);
    } finally {
      await rig.close();
    }
    const { ctx: later, events } = recordedRealCtx();
    const again = await openRig(later, loadRigFile(path), { reason: 'afterwards' });
    await again.close();
    expect(events().filter(({ kind }) => kind === 'router.way')).toMatchObject([
      {
        data: {
          text: `moved answers at root@127.0.0.1:${portOf(factory)}, as it came from its factory: its settings were dropped`,
        },
      },
    ]);
  });
});
