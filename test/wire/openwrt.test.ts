import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openRigIn } from '../../harness/lab/open-virtual.ts';
import { parseRigFile, type VirtualRigFile } from '../../harness/lab/rig-file.ts';
import { climb } from '../../harness/procedures/climb.ts';
import { awaitUp, hangUp } from '../../harness/procedures/dial.ts';
import { inMode } from '../../harness/procedures/mode.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import type { Guest } from '../../harness/virtual/guest.ts';
import { startOpenwrt } from '../../harness/virtual/openwrt.ts';
import { realCtx } from '../support/real-ctx.ts';

const { env } = process;
const image = env['WWANLAB_OPENWRT_IMAGE'];
const kernel = env['WWANLAB_OPENWRT_KERNEL'];
const initrd = env['WWANLAB_OPENWRT_INITRD'];
const MINUTE = 60_000;
const BOOT_LIMIT = 15 * MINUTE;
/** netifd's handlers wait for seconds here and there, and a guest without KVM is slow. */
const PATIENT = { registrationMs: MINUTE, dialMs: 3 * MINUTE };

const skipped = it.skip;
const reason = ' (skipped: needs WWANLAB_OPENWRT_IMAGE, an OpenWrt for x86-64 with comgt, uqmi and umbim)';

/** In an image of the user's, or not at all: CI has none. */
function inOpenwrt(title: string, body: () => Promise<void>): void {
  if (image === undefined) skipped(title + reason, body);
  else it(title, body, 10 * MINUTE);
}

describe("a user's own OpenWrt, with procd, netifd and its own uqmi and umbim", () => {
  const ctx = realCtx();
  let guest: Guest;
  let rig: Rig;

  beforeAll(async () => {
    if (image === undefined) return;
    for (const path of [image, kernel, initrd]) expect(path === undefined || existsSync(path)).toBe(true);
    const text = `kind: virtual
title: an OpenWrt of the user's
guest: openwrt
image: ${JSON.stringify(image)}
modem:
  model: mc7455
connection:
  apn: internet
`;
    const { file } = parseRigFile(text, '/openwrt.rig.yaml');
    const more = { ...(kernel === undefined ? {} : { kernel }), ...(initrd === undefined ? {} : { initrd }) };
    guest = await startOpenwrt(ctx, file.id, { image, ...more });
    rig = await openRigIn(ctx, file as VirtualRigFile, guest);
  }, BOOT_LIMIT);

  afterAll(async () => {
    if (image === undefined) return;
    await rig?.close();
    await guest?.close();
  }, MINUTE);

  inOpenwrt('is asked for its protocol handlers', async () => {
    expect([...rig.has]).toEqual(expect.arrayContaining(['modem.ppp', 'modem.qmi', 'modem.mbim']));
    expect(await rig.router.board(ctx)).toMatchObject({ distribution: 'OpenWrt' });
  });

  for (const mode of ['ppp', 'qmi', 'mbim'] as const) {
    inOpenwrt(`gets online over ${mode}, and stays so when its firewall is loaded anew`, async () => {
      await inMode(ctx, rig, mode, async () => {
        const { firstMissed } = await climb(ctx, rig, { ...PATIENT, mode });
        expect(firstMissed).toBeUndefined();
        await rig.router.reloadFirewall(ctx);
        expect((await awaitUp(ctx, rig, MINUTE)).up).toBe(true);
        const { received } = await rig.router.ping(ctx, rig.connection.probeHost, 5);
        expect(received).toBeGreaterThan(0);
        await hangUp(ctx, rig);
      });
    });
  }
});
