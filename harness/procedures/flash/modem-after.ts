import type { Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import type { Rig } from '../../rig/rig.ts';
import { lookAt, type Seen } from '../rescue/seen.ts';

const MODEM_MS: Ms = 90_000;

/** What became of the modem by a flash, where it is not as it was. */
export async function modemAsBefore(
  ctx: Ctx,
  rig: Rig,
  before: Seen,
  keep: boolean,
): Promise<string | undefined> {
  if (before.modem !== 'bound') return `it was not there before: ${before.text}`;
  const seen = await modemReturns(ctx, rig);
  if (seen.modem !== 'bound') return seen.text;
  if (seen.link === 'absent' && before.link !== 'absent') {
    return `${seen.text}${keep ? '' : ' (it went with the settings)'}; ${seen.hint}`;
  }
  return seen.usbId === before.usbId ? undefined : `it was ${before.usbId} on USB and is ${seen.usbId} now`;
}

async function modemReturns(ctx: Ctx, rig: Rig): Promise<Seen> {
  const end = ctx.clock.now() + MODEM_MS;
  let seen = await lookAt(ctx, rig);
  while (seen.modem !== 'bound' && ctx.clock.now() < end) {
    await ctx.clock.sleep(1_000, ctx.signal);
    seen = await lookAt(ctx, rig);
  }
  return seen;
}
