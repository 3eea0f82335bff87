import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { seconds, type Ms } from '../core/units.ts';
import type { Radio } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';

/** What became of a radio. */
export interface FccUnlock {
  readonly before: Radio;
  readonly after: Radio;
}

/** From the authentication to a radio that says that it is on. */
const COMES_ON: Ms = seconds(15);

/**
 * Opens the FCC lock of a laptop maker's modem: it waits in low power for an authentication that anybody may give, after
 * each of its starts. One whose radio is on is left alone.
 * @throws HarnessError `modem.still-off` where something else holds the radio down; `modem.no-way`, `modem.fcc-refused`
 */
export async function unlockFcc(ctx: Ctx, { name, modem }: Pick<Rig, 'name' | 'modem'>): Promise<FccUnlock> {
  const before = await modem.radio(ctx);
  if (before.on) return { before, after: before };
  await modem.unlockFcc(ctx);
  const end = ctx.clock.now() + COMES_ON;
  for (;;) {
    const after = await modem.radio(ctx);
    if (after.on) return { before, after };
    if (ctx.clock.now() >= end) throw stillOff(name, after);
    await ctx.clock.sleep(1_000, ctx.signal);
  }
}

const stillOff = (name: string, { reason }: Radio): HarnessError =>
  new HarnessError(`FCC authentication was given, and the radio stays off: ${reason}`, {
    code: 'modem.still-off',
    blame: 'dut',
    effect: 'done',
    hint: `something else holds it down: wwanlab at ${name} AT!PCINFO? names who (W_DISABLE: the slot's pin, AT!PCOFFEN=2 ignores it)`,
  });
