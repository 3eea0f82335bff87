import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { join } from 'node:path';

import { isHarnessError } from '../../harness/core/errors.ts';
import { saveBackup } from '../../harness/lab/firmware/backups.ts';
import { listGrants, listUndoNotes, quarantineOf } from '../../harness/lab/leases/lease-rig.ts';
import { openRig } from '../../harness/lab/open-rig.ts';
import type { LabRigFile } from '../../harness/lab/rig-file.ts';
import { awaitBoot } from '../../harness/procedures/boot.ts';
import { flash, type FlashPlan, type SavedBackup } from '../../harness/procedures/flash/flash.ts';
import type { FlashImage } from '../../harness/procedures/flash/image.ts';
import { cyclePower } from '../../harness/procedures/power.ts';
import { rescue } from '../../harness/procedures/rescue/rescue.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { firmwareImage, VIRTUAL_BOARD } from '../../harness/virtual/firmware/image.ts';
import { findRequirements } from '../../harness/virtual/requirements.ts';
import { needImage } from '../../harness/virtual/setup.ts';
import { temporaryFolder } from '../support/cli.ts';
import { ensureGuest, itInGuest, missingForGuest } from '../support/guest.ts';
import { realCtx } from '../support/real-ctx.ts';
import { startUbootLabRig, type UbootLabRig } from '../support/uboot-lab-rig.ts';

const SECOND = 1_000;
/** Flashes whose power is cut; each takes half a minute, so they are for a nightly run. */
const CUTS = Number(process.env['WWANLAB_POWER_CUTS'] ?? 0);

const ctx = realCtx();
const rng = ctx.rng.fork('power cuts');

const folder = temporaryFolder();

beforeAll(ensureGuest);
afterAll(folder.remove);

function imageOf(version: string, boards: readonly string[] = [VIRTUAL_BOARD]): FlashImage {
  const [distribution, revision] = ['wwanlab', `r${version}`];
  const bytes = firmwareImage(needImage(findRequirements()).folder, { release: version, revision, boards });
  return { bytes, name: `release ${version}`, boards, distribution, version, revision };
}

const planFor = (image: FlashImage, backups: SavedBackup[] = []): FlashPlan => ({
  image,
  settings: 'by-flavour',
  saveBackup: (archive) => {
    const saved = saveBackup('virtual', archive, folder.path);
    backups.push(saved);
    return saved;
  },
});

/** Cuts the power at some moment of a flash, and tells what was claimed and how it ended. */
async function cutAmid(rig: Rig, image: FlashImage, sound: FlashImage, afterMs: number) {
  const claim = flash(ctx, rig, planFor(image)).then(
    () => 'flashed',
    (error: unknown) => (isHarnessError(error) ? error.code : String(error)),
  );
  await ctx.clock.sleep(afterMs, ctx.signal);
  if (rig.power) await cyclePower(ctx, rig.power);
  const claimed = await claim;
  // A router that is amid its boot needs no rescue.
  const patience = { quiet: 30 * SECOND, ceiling: 30 * SECOND };
  await awaitBoot(ctx, rig, undefined, patience).catch(() => undefined);
  const { version = '', revision } = sound;
  const rescueImage = { bytes: sound.bytes, version, ...(revision === undefined ? {} : { revision }) };
  const rescued = await rescue(ctx, rig, { goal: 'router', image: rescueImage });
  return { claimed, reached: rescued.reached, by: rescued.by, runs: (await rig.router.board(ctx)).version };
}

/** What a lease that was given back leaves: nothing to undo, nobody in the way, no quarantine. */
const free = (file: LabRigFile) => ({
  grants: listGrants().filter(({ rig }) => rig === file.id),
  undone: listUndoNotes().length,
  quarantine: quarantineOf(file),
});
const FREE = { grants: [], undone: 0, quarantine: undefined };

describe('a flash of a leased rig', () => {
  const folder = temporaryFolder();
  const outside = process.env['WWANLAB_STATE'];
  let lab: UbootLabRig;
  beforeAll(async () => {
    process.env['WWANLAB_STATE'] = join(folder.path, 'state');
    if (missingForGuest === undefined) lab = await startUbootLabRig(ctx, folder.path);
  });
  afterAll(async () => {
    await lab?.close();
    if (outside === undefined) delete process.env['WWANLAB_STATE'];
    else process.env['WWANLAB_STATE'] = outside;
    folder.remove();
  });

  /** As the command line does it: leased for one thing, and given back. */
  async function onRig<T>(body: (rig: Rig) => Promise<T>): Promise<T> {
    const opened = await openRig(ctx, lab.file, { reason: 'a flash' });
    try {
      const result = await body({ ...opened, tftpRescue: lab.tftpRescue });
      opened.undo?.keep();
      return result;
    } finally {
      await opened.close();
    }
  }

  itInGuest(
    'is proven, is refused for another board, and whatever a power cut leaves of it comes back',
    async () => {
      const [second, third] = [imageOf('2'), imageOf('3')];
      const backups: SavedBackup[] = [];
      const begin = ctx.clock.now();
      const done = await onRig((rig) => flash(ctx, rig, planFor(second, backups)));
      const usual = ctx.clock.now() - begin;
      expect(done).toMatchObject({ outcome: 'flashed', settings: 'kept', modemTrouble: undefined });
      expect([done.before.version, done.after.version]).toEqual(['1', '2']);
      expect(backups).toEqual([{ path: expect.any(String), flaw: undefined }]);
      await onRig(async (rig) => {
        expect(await rig.router.uciGet(ctx, 'network.wwan.apn')).toBe('epc.tmobile.com');
        expect(await flash(ctx, rig, planFor(second))).toMatchObject({ outcome: 'skipped' });
        await expect(flash(ctx, rig, planFor(imageOf('4', ['another'])))).rejects.toMatchObject({
          code: 'flash.other-board',
          effect: 'none',
        });
      });
      expect(free(lab.file)).toEqual(FREE);

      let [runs, next] = [second, third];
      for (let i = 0; i < CUTS; i++) {
        const afterMs = rng.integer(0, Math.round(usual));
        const seen = await onRig((rig) => cutAmid(rig, next, runs, afterMs));
        const left = free(lab.file);
        process.stderr.write(
          `cut ${i} after ${afterMs} ms: ${JSON.stringify(seen)}, grants ${left.grants.length}, undo notes ${left.undone}\n`,
        );
        expect(left).toEqual(FREE);
        expect(seen.reached).toBe(true);
        expect([runs.version, next.version]).toContain(seen.runs);
        if (seen.claimed === 'flashed') expect(seen.runs).toBe(next.version);
        if (seen.runs === next.version) [runs, next] = [next, runs];
      }
    },
    (600 + CUTS * 120) * SECOND,
  );
});
