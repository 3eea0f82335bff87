import { unfenced, type Ctx } from '../core/ctx.ts';
import { HarnessError, messageOf } from '../core/errors.ts';
import type { PowerSwitch } from '../rig/power.ts';

/**
 * Cuts the supply, leaves it off for as long as the switch says (or longer), and restores it, also when the wait is
 * broken off: nothing stays dark because somebody pressed Ctrl-C.
 * @throws HarnessError `power.left-off` where it could not be restored
 */
export async function cyclePower(ctx: Ctx, power: PowerSwitch, offMs = power.leastOffMs): Promise<void> {
  await ctx.timeline.span('cycle power', { name: power.name, offMs }, async () => {
    try {
      await power.set(ctx, false);
      await ctx.clock.sleep(Math.max(offMs, power.leastOffMs), ctx.signal);
    } finally {
      await restore(ctx, power);
    }
  });
}

async function restore(ctx: Ctx, power: PowerSwitch): Promise<void> {
  await power.set(unfenced(ctx), true).catch((error: unknown) => {
    throw new HarnessError(`${power.name} is off and could not be switched on again: ${messageOf(error)}`, {
      code: 'power.left-off',
      blame: 'rig',
      effect: 'done',
      hint: 'switch it on by hand',
      cause: error,
    });
  });
}
