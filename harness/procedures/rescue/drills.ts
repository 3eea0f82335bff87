import type { Ctx } from '../../core/ctx.ts';
import { HarnessError, messageOf } from '../../core/errors.ts';
import type { Rig } from '../../rig/rig.ts';
import { isSilence } from '../boot.ts';
import { hangUp } from '../dial.ts';
import { rescue, type Rescue } from './rescue.ts';
import type { RescueRungId } from './rung.ts';
import { lookAt } from './seen.ts';

/** Something that is broken on purpose, by means that any rig has, and the rung that has to mend it. */
interface Drill {
  readonly rung: RescueRungId;
  /** `the interface was taken down` */
  readonly broken: string;
  skip(rig: Rig): string | undefined;
  damage(ctx: Ctx, rig: Rig): Promise<void>;
}

const drills: readonly Drill[] = [
  {
    rung: 're-dial',
    broken: 'the interface was taken down',
    skip: () => undefined,
    damage: (ctx, rig) => hangUp(ctx, rig),
  },
  {
    rung: 'usb-authorize',
    broken: "the modem's authorisation on USB was taken away",
    skip: () => undefined,
    damage: async (ctx, rig) => {
      const device = (await rig.router.usbDevices(ctx)).find(({ vendorId, productId }) =>
        rig.modem.usbIds.application.includes(`${vendorId}:${productId}`),
      );
      const path = `/sys/bus/usb/devices/${device?.path}/authorized`;
      await rig.router.shell(ctx, `echo 0 > ${path}`);
    },
  },
  {
    rung: 'router-power',
    broken: 'the router was switched off by its own command',
    skip: ({ power }) => (power ? undefined : 'the rig has no power switch'),
    damage: async (ctx, rig) => {
      await rig.router.shell(ctx, 'poweroff', { limit: 10_000 }).catch((error: unknown) => {
        if (!isSilence(error)) throw error;
      });
      await ctx.expect(
        'the router is silent',
        async (c) => ((await lookAt(c, rig)).router === 'silent' ? true : undefined),
        60_000,
      );
    },
  },
];

/** What came of one drill. */
export interface Drilled {
  readonly rung: RescueRungId;
  readonly broken: string;
  /** Why it was not tried. */
  readonly skipped?: string;
  readonly rescue?: Rescue;
}

/**
 * Breaks a rig that is online in one way after the other, and lets the ladder mend it.
 * @throws HarnessError `rescue.not-broken` where the damage did no harm: then the drill proves nothing
 */
export async function drillRescue(ctx: Ctx, rig: Rig): Promise<readonly Drilled[]> {
  const done: Drilled[] = [];
  for (const drill of drills) {
    const { rung, broken } = drill;
    const skipped = drill.skip(rig);
    if (skipped !== undefined) {
      done.push({ rung, broken, skipped });
      continue;
    }
    ctx.timeline.add('step', 'damage', { rung, broken });
    await drill.damage(ctx, rig).catch((error: unknown) => {
      throw new HarnessError(`could not break the rig for a drill (${broken}): ${messageOf(error)}`, {
        code: 'rescue.not-broken',
        blame: 'rig',
        effect: 'unknown',
        cause: error,
      });
    });
    const result = await rescue(ctx, rig, { goal: 'online' });
    if (result.steps.length === 0) throw harmless(broken);
    done.push({ rung, broken, rescue: result });
    if (!result.reached) break;
  }
  return done;
}

const harmless = (broken: string): HarnessError =>
  new HarnessError(`a drill did no harm: ${broken}, and the link is online`, {
    code: 'rescue.not-broken',
    blame: 'test',
    effect: 'done',
  });
