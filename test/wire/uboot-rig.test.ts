import { beforeAll, describe, expect } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile } from '../../harness/lab/rig-file.ts';
import { awaitBoot } from '../../harness/procedures/boot.ts';
import { promptAt } from '../../harness/procedures/console.ts';
import { cyclePower } from '../../harness/procedures/power.ts';
import { rescueOverTftp } from '../../harness/procedures/rescue-over-tftp.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { firmwareImage } from '../../harness/virtual/firmware/image.ts';
import { findRequirements } from '../../harness/virtual/requirements.ts';
import { needImage } from '../../harness/virtual/setup.ts';
import { startWwanlab } from '../support/cli.ts';
import { ensureGuest, itInGuest } from '../support/guest.ts';
import { end, processesWith } from '../support/programs.ts';
import { realCtx } from '../support/real-ctx.ts';
import { projectRoot } from '../support/sources.ts';

const SECOND = 1_000;

const ctx = realCtx();

beforeAll(ensureGuest);

const modemIsThere = (rig: Rig): Promise<true> =>
  ctx.expect(
    "the modem's drivers are bound",
    async (c) => {
      const devices = await rig.router.usbDevices(c);
      const modem = devices.find(({ vendorId }) => vendorId === '1199');
      return modem?.interfaces.every(({ driver }) => driver !== undefined) ? true : undefined;
    },
    240 * SECOND,
  );

describe('a virtual rig behind a real U-Boot', () => {
  itInGuest(
    'stays at its prompt when its image was torn, is rescued over TFTP with its settings, and reboots by itself',
    async () => {
      const rig = await openRig(ctx, loadRigFile(join(projectRoot, 'rigs/virtual-mc7455-uboot.rig.yaml')));
      try {
        const { router, console, power } = rig;
        if (!console || !power) throw new Error('expected a console and a switch');
        const first = await router.boot(ctx);
        expect(await router.board(ctx)).toMatchObject({ boardName: 'wwanlab-guest', version: '1' });

        // 256 KiB of the root file system, as a power cut in the middle of a write leaves it.
        const tear = 'dd if=/dev/urandom of=/dev/vda1 bs=64k seek=640 count=4 conv=notrunc,fsync';
        expect(await router.shell(ctx, tear)).toMatchObject({ exitCode: 0 });
        const failed = console.expect(
          ctx,
          'U-Boot refuses the image',
          /BOOT FAILED[\s\S]*\n=> $/,
          120 * SECOND,
        );
        await cyclePower(ctx, power);
        expect((await failed).text).toContain('Bad hash value');
        expect(promptAt(console.recent())).toBe('bootloader');

        const bytes = firmwareImage(needImage(findRequirements()).folder, { release: '2', revision: 'r2' });
        const rescued = await rescueOverTftp(ctx, rig, { bytes, version: '2', revision: 'r2' });
        expect(rescued.boot.bootId).not.toBe(first.bootId);
        expect(await router.uciGet(ctx, 'network.wwan.apn')).toBe('epc.tmobile.com');
        await modemIsThere(rig);

        await router.shell(ctx, 'reboot');
        const third = await awaitBoot(ctx, { router }, rescued.boot.bootId);
        expect([first.bootId, rescued.boot.bootId]).not.toContain(third.bootId);
        expect(await router.board(ctx)).toMatchObject({ version: '2', revision: 'r2' });
        await modemIsThere(rig);
      } finally {
        await rig.close();
      }
    },
  );

  for (const [moment, sign] of [
    ['while its flash is written', 'flash'],
    ['with its machine on', join('on', 'usb.sock')],
  ] as const) {
    itInGuest(`leaves no process and no file when the harness is killed ${moment}`, () =>
      expectNothingLeft(sign),
    );
  }
});

/** Kills a command as soon as there is this file in its machine's folder. */
async function expectNothingLeft(sign: string): Promise<void> {
  const harness = startWwanlab(['shell', 'virtual-mc7455-uboot', 'sleep 1000']);
  const folder = await ctx.expect(
    `its machine has ${sign}`,
    async () => {
      const [name] = readdirSync('/tmp').filter((one) => one.startsWith(`wwanlab-guest-${harness.pid}-`));
      return name !== undefined && existsSync(join('/tmp', name, sign)) ? name : undefined;
    },
    120 * SECOND,
    20,
  );
  expect(processesWith(folder)).not.toEqual([]);
  await end(harness, 'SIGKILL');
  const nothing = async (): Promise<true | undefined> =>
    existsSync(join('/tmp', folder)) || processesWith(folder).length > 0 ? undefined : true;
  await ctx.expect('nothing is left', nothing, 60 * SECOND, 50);
}
