import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';

import { openVirtualRig } from '../../harness/lab/open-virtual.ts';
import { loadRigFile, type VirtualRigFile } from '../../harness/lab/rig-file.ts';
import { dial, hangUp } from '../../harness/procedures/dial.ts';
import { unlockFcc } from '../../harness/procedures/fcc-unlock.ts';
import { swapMode } from '../../harness/procedures/mode.ts';
import { askStatus } from '../../harness/procedures/modem-status.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { ensureGuest, itInGuest } from '../support/guest.ts';
import { realCtx } from '../support/real-ctx.ts';

const SECOND = 1_000;
const ctx = realCtx();
beforeAll(ensureGuest);

async function withVirtualRig(model: string, body: (rig: Rig) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wwanlab-control-'));
  const path = join(folder, 'control.rig.yaml');
  writeFileSync(
    path,
    `kind: virtual\ntitle: a modem whose AT port is taken away\nmodem:\n  model: ${model}\nconnection:\n  apn: internet\n`,
  );
  const rig = await openVirtualRig(ctx, loadRigFile(path) as VirtualRigFile);
  try {
    await body(rig);
  } finally {
    await rig.close();
    rmSync(folder, { recursive: true });
  }
}

/** As after a composition without AT: nothing drives the interface, and it has no node. */
const takeAtPort = (rig: Rig) =>
  rig.router.shell(
    ctx,
    'for i in /sys/bus/usb/drivers/qcserial/*:1.3; do echo ${i##*/} > /sys/bus/usb/drivers/qcserial/unbind; done',
  );

/** `all`: over MBIM as well, and within a connection; four minutes. */
const WHOLE = process.env['WWANLAB_CONTROL'] === 'all';
const skipped = it.skip;

function itWhole(title: string, body: () => Promise<void>): void {
  if (WHOLE) itInGuest(title, body);
  else skipped(`${title} (skipped: needs WWANLAB_CONTROL=all)`, body);
}

describe('a modem without an AT port', () => {
  itInGuest('is unlocked by qmicli', () =>
    withVirtualRig('em7455-lenovo', async (rig) => {
      await takeAtPort(rig);
      expect(await unlockFcc(ctx, rig)).toEqual({
        before: { on: false, reason: 'operating mode low-power' },
        after: { on: true, reason: 'operating mode online' },
      });
      expect(rig.modem.detour()).toBe('no AT port: asked by qmicli over /dev/cdc-wdm0');
    }),
  );

  itWhole('is asked by qmicli and mbimcli, is recomposed by them, and keeps its connection meanwhile', () =>
    withVirtualRig('em7455-lenovo', async (rig) => {
      await takeAtPort(rig);
      const numbers = { imei: '00440107…', iccid: '890141…', imsi: '31026…' };
      const locked = { numbers, sim: 'ready', radio: { on: false }, registration: 'idle' };
      expect(await askStatus(ctx, rig)).toMatchObject({
        detour: 'no AT port: asked by qmicli over /dev/cdc-wdm0',
        identity: { manufacturer: 'Sierra Wireless, Incorporated', model: 'EM7455' },
        ...locked,
      });
      // What it is changed to has an AT port again.
      expect(await swapMode(ctx, rig, 'mbim')).toMatchObject({ ok: true, restarted: true });
      await takeAtPort(rig);
      expect(await askStatus(ctx, rig)).toMatchObject({
        detour: 'no AT port: asked by mbimcli over /dev/cdc-wdm0',
        identity: { model: 'EM7455', revision: 'SWI9X30C_02.24.05.06' },
        ...locked,
      });
      expect((await unlockFcc(ctx, rig)).after.on).toBe(true);
      expect(await rig.modem.composition(ctx)).toBe('mbim');
      expect((await dial(ctx, rig, 60 * SECOND)).up).toBe(true);
      // Within netifd's session: another OPEN would end it.
      expect(await askStatus(ctx, rig)).toMatchObject({ registration: 'home', sim: 'ready' });
      await expect(rig.modem.unlockFcc(ctx)).rejects.toMatchObject({ code: 'modem.no-way' });
      expect((await rig.router.ping(ctx, '8.8.8.8', 2)).received).toBe(2);
      await hangUp(ctx, rig);
    }),
  );
});
