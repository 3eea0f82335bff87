import type { Ctx } from '../core/ctx.ts';
import type { Rung } from '../core/ladder.ts';

/** What was seen at one rung of the connect ladder. */
export interface RungResult {
  readonly rung: Rung;
  readonly reached: boolean;
  /** For people: `1199:9071 at 1-1.2`, `+CME ERROR: SIM not inserted`. */
  readonly seen: string;
}

/** Records a rung on the timeline, where diagnosis finds it, and hands it back. */
export function recordRung(ctx: Ctx, rung: Rung, reached: boolean, seen: string): RungResult {
  const result: RungResult = { rung, reached, seen };
  ctx.timeline.add('check', 'rung', result);
  return result;
}
