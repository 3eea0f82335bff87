import { describe, expect, it } from '@jest/globals';

import { createRng, type Rng } from '../../harness/core/chance.ts';
import type { Ctx } from '../../harness/core/ctx.ts';
import { isHarnessError, messageOf } from '../../harness/core/errors.ts';
import type { EmulatedRig } from '../../harness/lab/assemble.ts';
import { openSimRig } from '../../harness/lab/open-sim.ts';
import { openRigIn } from '../../harness/lab/open-virtual.ts';
import { loadRigFile, type SimRigFile, type VirtualRigFile } from '../../harness/lab/rig-file.ts';
import { swapMode } from '../../harness/procedures/mode.ts';
import type { DataMode } from '../../harness/rig/modem.ts';
import type { Fault } from '../../harness/sim/faults.ts';
import { testCtx } from '../support/ctx.ts';
import { missingForGuest, sharedGuest } from '../support/guest.ts';
import { realCtx } from '../support/real-ctx.ts';

const SEED = process.env['WWANLAB_SEED'] ?? 'a';
const asked = Number(process.env['WWANLAB_SWAPS'] ?? 0);

interface Tally {
  reached: number;
  /** Typed errors by code. */
  readonly brokenOff: Map<string, number>;
  readonly mishaps: Map<string, number>;
}

/** One thing that goes wrong at a random moment of a change of mode, and when it is over. */
type Mishap = (ctx: Ctx, rig: EmulatedRig, rng: Rng) => Promise<{ readonly name: string; overMs: number }>;

function planted(make: (rng: Rng) => Fault & { readonly forMs: number }): Mishap {
  return (ctx, rig, rng) => {
    const afterMs = rng.integer(0, 12_000);
    const fault = make(rng);
    ctx.clock.after(afterMs, () => rig.inject(fault));
    return Promise.resolve({ name: fault.kind, overMs: afterMs + fault.forMs });
  };
}

const silence = planted((rng) => ({ kind: 'at.silent', forMs: rng.integer(1_000, 12_000) }));
const unplug = planted((rng) => ({ kind: 'usb.disconnect', forMs: rng.integer(500, 6_000) }));

/** A node that somebody has open keeps its number when the modem leaves: the next ones are numbered around it. */
const renumber: Mishap = async (ctx, { router }, rng) => {
  const heldS = rng.integer(5, 25);
  await router.shell(ctx, `for t in /dev/ttyUSB[01]; do (sleep ${heldS} <$t >/dev/null 2>&1 &); done`);
  return { name: 'renumbered', overMs: heldS * 1_000 };
};

const nothing: Mishap = () => Promise.resolve({ name: 'nothing', overMs: 0 });

const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

/** To whoever asked for many. */
function tell({ reached, brokenOff, mishaps }: Tally, where = 'in the end'): void {
  if (asked === 0) return;
  const counts = { reached, ...Object.fromEntries(brokenOff), ...Object.fromEntries(mishaps) };
  process.stderr.write(`${where}: ${JSON.stringify(counts)}\n`);
}

/** Each swap gets where it should or says what it met; and then the next one works. */
async function swapAmidMishaps(
  ctx: Ctx,
  rig: EmulatedRig,
  swaps: number,
  mishaps: readonly Mishap[],
): Promise<Tally> {
  const tally: Tally = { reached: 0, brokenOff: new Map(), mishaps: new Map() };
  let mode: DataMode = 'qmi';
  for (let i = 0; i < swaps; i++) {
    const rng = createRng(`${SEED}/${i}`);
    const others = (['ppp', 'qmi', 'mbim'] as const).filter((one) => one !== mode);
    mode = rng.shuffle(others)[0] as DataMode;
    const mishap = await (rng.shuffle(mishaps)[0] as Mishap)(ctx, rig, rng);
    const over = ctx.clock.now() + mishap.overMs;
    count(tally.mishaps, mishap.name);
    const where = `seed ${SEED}, swap ${i} to ${mode}, ${mishap.name}`;
    tell(tally, where);
    try {
      const swap = await swapMode(ctx, rig, mode);
      expect({ where, ...swap }).toMatchObject({ ok: true });
      tally.reached++;
      await ctx.clock.sleep(Math.max(0, over - ctx.clock.now()) + 1_000);
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      expect({ where, code: error.code, message: messageOf(error) }).toMatchObject({
        code: expect.stringMatching(/^(?:mode\.broken-off|mode\.out-of-reach|modem\.port-busy)$/),
      });
      expect(error.hint).toContain('wwanlab mode');
      count(tally.brokenOff, error.code);
      await ctx.clock.sleep(Math.max(0, over - ctx.clock.now()) + 15_000);
      expect({ where, ...(await swapMode(ctx, rig, mode)) }).toMatchObject({ ok: true });
    }
  }
  return tally;
}

describe('changes of mode amid mishaps', () => {
  it('on a simulated rig: the mode, or an error that says what is there; and the next one works', async () => {
    const test = testCtx();
    const swaps = Math.max(asked, 6);
    const tally = await test.drive(async (ctx) => {
      const rig = await openSimRig(ctx, loadRigFile('rigs/sim-mifi25-mc7455.rig.yaml') as SimRigFile);
      const told = await swapAmidMishaps(ctx, rig, swaps, [silence, unplug]);
      await rig.close();
      return told;
    });
    tell(tally);
    expect(tally.reached).toBeGreaterThan(0);
    expect(tally.brokenOff.size).toBeGreaterThan(0);
  });

  describe('on a virtual rig', () => {
    const guest = sharedGuest();
    const inGuest = missingForGuest === undefined ? it : it.skip;
    inGuest(
      `the same with real drivers, and nodes that are numbered anew${missingForGuest ?? ''}`,
      async () => {
        const ctx = realCtx();
        const file = loadRigFile('rigs/virtual-mc7455.rig.yaml') as VirtualRigFile;
        const rig = await openRigIn(ctx, file, guest());
        const mishaps = asked > 0 ? [silence, unplug, renumber, nothing] : [renumber];
        const tally = await swapAmidMishaps(ctx, rig, asked || 1, mishaps);
        tell(tally);
        await rig.close();
      },
      Math.max(1, asked) * 600_000,
    );
  });
});
