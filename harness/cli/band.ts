import type { Ctx } from '../core/ctx.ts';
import { minutes } from '../core/units.ts';
import { freePort } from '../procedures/modem-health.ts';
import type { LteBands } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withRig } from './with-rig.ts';

/** `band RIG [set BANDS|all]`: the LTE bands that the modem may use, after the change where there was one. */
export async function band(args: Arguments, io: Io): Promise<number> {
  const [name = '', action, list] = args.positionals;
  const wanted = bandsOf(action, list);
  const file = rigFileOf(name);
  const work = async (ctx: Ctx, rig: Rig): Promise<LteBands> => {
    const redial = await freePort(ctx, rig);
    try {
      if (wanted !== undefined) await rig.modem.allowBands(ctx, wanted);
      return await rig.modem.bands(ctx);
    } finally {
      await redial();
    }
  };
  const what = `${wanted === undefined ? 'a look at' : 'changing'} the bands of ${file.id}`;
  const bands = await withRig(file, what, minutes(3), work, { wait: waitOf(args) });
  if (args.flag('json')) io.out(JSON.stringify({ rig: file.id, ...bands }, null, 2) + '\n');
  else io.out(describe(bands));
  return 0;
}

/** Undefined: nothing is to be changed. */
function bandsOf(
  action: string | undefined,
  list: string | undefined,
): readonly number[] | 'all' | undefined {
  if (action === undefined) return undefined;
  if (action === 'all' && list === undefined) return 'all';
  const words = list?.split(',') ?? [];
  const bands = words.map((word) => Number(/^B?([1-9]\d{0,2})$/i.exec(word.trim())?.[1]));
  if (action === 'set' && bands.length > 0 && !bands.some(Number.isNaN)) return bands;
  throw usageError(
    'band',
    `found "${[action, list].filter((word) => word !== undefined).join(' ')}", allowed: all, or set with bands as in B2,B4`,
    'type: wwanlab band --help',
  );
}

function describe({ allowed, known }: LteBands): string {
  const text = (bands: readonly number[]): string => bands.map((one) => `B${one}`).join(', ');
  const rest = known.filter((one) => !allowed.includes(one));
  return `allowed: ${text(allowed) || 'none'}\nknown and not allowed: ${text(rest) || 'none'}\n`;
}
