import type { Ctx } from '../core/ctx.ts';
import { isHarnessError, messageOf } from '../core/errors.ts';
import { describeRung, type Rung } from '../core/ladder.ts';
import { minutes } from '../core/units.ts';
import { openRig } from '../lab/open-rig.ts';
import { findRig } from '../lab/rig-catalogue.ts';
import { loadRigFile, type RigFile } from '../lab/rig-file.ts';
import type { Rig } from '../rig/rig.ts';
import { shownPath } from '../lab/places.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { withCtx } from './with-rig.ts';

/** One thing that was looked at. */
interface Looked {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
}

/** `rigs check RIG`: is the file right, and does everything in the rig answer? */
export async function rigsCheck(args: Arguments, io: Io): Promise<number> {
  const { id, path } = findRig(args.positionals[0] as string);
  const file = loadRigFile(path);
  const quiet = args.flag('json');
  const show = ({ what, ok, found }: Looked): void => {
    if (!quiet) io.out(`  ${ok ? 'ok  ' : 'FAIL'}  ${what.padEnd(WIDEST)}  ${found}\n`);
  };
  if (!quiet) io.out(`${file.title}\n`);
  const looked: Looked[] = [];
  const keep = (item: Looked): void => {
    looked.push(item);
    show(item);
  };
  keep({ what: 'rig file', ok: true, found: shownPath(path) });
  await lookAt(file, keep);
  const ok = looked.every((item) => item.ok);
  const next = ok
    ? `wwanlab run --rig ${args.positionals[0]}`
    : `wwanlab rigs explain ${args.positionals[0]}`;
  if (quiet) io.out(JSON.stringify({ id, path, ok, looked, next }, null, 2) + '\n');
  else io.out(`${ok ? 'Everything answers' : 'Not everything answers'}. Next: ${next}\n`);
  return ok ? 0 : 2;
}

const WIDEST = 'SIM card'.length;
const LIMIT_MS = minutes(2);

async function lookAt(file: RigFile, keep: (item: Looked) => void): Promise<void> {
  await withCtx(file, `check of ${file.id}`, LIMIT_MS, (ctx) => climb(ctx, file, keep)).catch(
    (error: unknown) => keep({ what: 'rig', ok: false, found: reasonOf(error) }),
  );
}

/** From the outside in; what lies behind a thing that does not answer is not asked. */
async function climb(ctx: Ctx, file: RigFile, keep: (item: Looked) => void): Promise<void> {
  let rig: Rig | undefined;
  try {
    const opened = await look('router', keep, async () => {
      rig = await openRig(ctx, file, { reason: 'rigs check', evenInQuarantine: true });
      const { model, distribution, version, kernel } = await rig.router.board(ctx);
      return { ok: true, found: `${model}, ${distribution} ${version}, Linux ${kernel}` };
    });
    if (!opened || !rig) return;
    const { router, modem } = rig;
    await lookAtWiring(ctx, rig, keep);
    const enumerated = await look('USB', keep, async () => {
      const ids = (await router.usbDevices(ctx)).map(({ vendorId, productId }) => `${vendorId}:${productId}`);
      const own = ids.find((id) => modem.usbIds.application.includes(id));
      if (own !== undefined) return { ok: true, found: `${own}, the ${modem.model}` };
      return missed(
        'S1',
        `no ${modem.usbIds.application.join(' or ')} among ${ids.join(', ') || 'no devices'}`,
      );
    });
    if (!enumerated) return;
    const answers = await look('modem', keep, async () => {
      const { manufacturer, model, revision } = await modem.identity(ctx);
      return { ok: true, found: `${manufacturer} ${model}, ${revision}` };
    });
    if (answers) {
      await look('SIM card', keep, async () => {
        const state = await modem.simState(ctx);
        return state === 'ready' ? { ok: true, found: state } : missed('S4', state);
      });
    }
  } finally {
    await rig?.close();
  }
}

/** Are the switch and the console that are in the file there, and is this the console of this router? */
async function lookAtWiring(
  ctx: Ctx,
  { router, console, power }: Rig,
  keep: (item: Looked) => void,
): Promise<void> {
  if (power) {
    await look('power', keep, async () => {
      const state = await power.state(ctx);
      const found = state === 'unknown' ? 'cannot be asked' : state;
      return { ok: state !== 'off', found: `${power.name}: ${found}` };
    });
  }
  if (console) {
    await look('console', keep, async () => {
      const mark = `wwanlab-check-${ctx.rng.integer(0, 0xffff_ffff).toString(16)}`;
      const seen = console.expect(
        ctx,
        'what was written to /dev/console on the router',
        new RegExp(mark),
        5_000,
      );
      seen.catch(() => undefined); // a router that can't be written to is told first
      await router.shell(ctx, `echo ${mark} > /dev/console`);
      await seen;
      return { ok: true, found: `${console.name} belongs to this router` };
    });
  }
}

const missed = (rung: Rung, found: string): { ok: boolean; found: string } => ({
  ok: false,
  found: `${describeRung(rung)} not reached: ${found}`,
});

async function look(
  what: string,
  keep: (item: Looked) => void,
  ask: () => Promise<{ readonly ok: boolean; readonly found: string }>,
): Promise<boolean> {
  const answer = await ask().catch((error: unknown) => ({ ok: false, found: reasonOf(error) }));
  keep({ what, ...answer });
  return answer.ok;
}

function reasonOf(error: unknown): string {
  const hint = isHarnessError(error) && error.hint !== undefined ? ` (${error.hint})` : '';
  return messageOf(error) + hint;
}
