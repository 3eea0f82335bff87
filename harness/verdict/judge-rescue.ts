import { formatMs, type Ms } from '../core/units.ts';
import type { Finding } from './verdict.ts';
import { count } from './words.ts';

/** A drill as it was seen: what was broken, and what the ladder made of it. */
export interface SeenDrill {
  /** The rung that has to mend it. */
  readonly rung: string;
  readonly broken: string;
  readonly skipped?: string;
  readonly rescue?: {
    readonly reached: boolean;
    readonly by: string | undefined;
    readonly steps: readonly { readonly rung: string; readonly did: string; readonly tookMs: Ms }[];
    readonly after: { readonly text: string };
    readonly advice: string | undefined;
  };
}

/** Passes when every drill that was tried ended online, by the rung that was meant for it. */
export function judgeRescue(drills: readonly SeenDrill[]): Finding {
  const tried = drills.flatMap(({ rescue, ...drill }) => (rescue ? [{ ...drill, rescue }] : []));
  if (tried.length === 0) return { outcome: 'inconclusive', message: 'no rung could be drilled on this rig' };
  for (const { broken, rung, rescue } of tried) {
    if (!rescue.reached) {
      return {
        outcome: 'fail',
        message: `${broken}, and no rung brought it back: ${rescue.after.text}`,
        blame: 'dut',
        code: 'rescue.not-reached',
        hint: rescue.advice,
      };
    }
    if (rescue.by !== rung) {
      return {
        outcome: 'fail',
        message: `${broken}: ${rung} should have mended it, and ${rescue.by ?? 'nothing'} did`,
        blame: 'dut',
        code: 'rescue.other-rung',
      };
    }
  }
  const slowest = Math.max(...tried.flatMap(({ rescue }) => rescue.steps.map(({ tookMs }) => tookMs)));
  const skipped = drills.filter((drill) => drill.skipped !== undefined);
  const left = skipped.map(({ rung, skipped: why }) => `; ${rung} not drilled: ${why}`).join('');
  return {
    outcome: 'pass',
    message: `${count(tried.length, 'drill')}, each mended by its rung, the slowest in ${formatMs(slowest)}${left}`,
    measures: [{ name: 'slowest rung', value: slowest / 1_000, unit: 's' }],
  };
}
