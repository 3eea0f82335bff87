import { HarnessError } from '../core/errors.ts';
import { formatMs, type Ms } from '../core/units.ts';
import { findFirmware } from '../lab/firmware/catalogue.ts';
import { quarantineOf, quarantineRig } from '../lab/leases/lease-rig.ts';
import type { QuarantinedRig } from '../lab/leases/quarantine.ts';
import { didYouMean } from '../lab/nearest.ts';
import { nameOf } from '../lab/rig-catalogue.ts';
import type { RescueImage } from '../procedures/rescue-over-tftp.ts';
import type { RigFile } from '../lab/rig-file.ts';
import { rescue, RESCUE_LIMIT, type RescueStep } from '../procedures/rescue/rescue.ts';
import { rescueRungIds } from '../procedures/rescue/rung.ts';
import { rescueGoals } from '../procedures/rescue/seen.ts';
import { checkRig, type Checked } from './check-rig.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withRig } from './with-rig.ts';

/** `recover RIG`: 0 where the goal was reached, 1 where it is a human's turn. */
export async function recover(args: Arguments, io: Io): Promise<number> {
  const file = rigFileOf(args.positionals[0] ?? '');
  const goal = oneOf(args.text('goal') ?? 'online', rescueGoals, 'goal');
  const last = args.text('up-to');
  const image = args.text('image');
  const quiet = args.flag('json');
  const plan = {
    goal,
    mayDropSettings: args.flag('drop-settings'),
    ...(image === undefined ? {} : { image: rescueImageOf(image) }),
    ...(last === undefined ? {} : { upTo: oneOf(last, rescueRungIds, 'up-to') }),
    onStep: (step: RescueStep): void => (quiet ? io.err(describe(step)) : io.out(describe(step))),
  };
  const what = `recovery of ${file.id}`;
  const result = await withRig(file, what, RESCUE_LIMIT, (ctx, rig) => rescue(ctx, rig, plan), {
    maybeSilent: true,
    wait: waitOf(args),
  });
  if (!result.reached && file.kind === 'lab') {
    quarantineRig(file, `recovery did not bring it back: ${result.after.text}`, new Date());
  }
  const say = (text: string): void => (quiet ? io.err(text) : io.out(text));
  if (result.reached) say(`${file.id}: ${result.after.text}${by(result.by)}\n`);
  else
    say(
      `${file.id} was not brought back: ${result.after.text}\nNow it takes a human: ${result.advice}\n${barred(file)}`,
    );
  const quarantine = result.reached ? await requalify(file, waitOf(args), say) : undefined;
  if (quiet)
    io.out(JSON.stringify({ rig: file.id, ...result, quarantine: quarantine ?? null }, null, 2) + '\n');
  return result.reached ? 0 : 1;
}

/** @throws HarnessError what findFirmware throws; `firmware.nameless` where nobody could tell whether it runs */
function rescueImageOf(name: string): RescueImage {
  const { bytes, facts } = findFirmware(name);
  const { version, revision } = facts;
  if (version === undefined) throw nameless(facts.name);
  return { bytes, version, ...(revision === undefined ? {} : { revision }) };
}

const nameless = (name: string): HarnessError =>
  new HarnessError(`${name} does not say which release it is, so nobody could tell whether it runs`, {
    code: 'firmware.nameless',
    blame: 'test',
    effect: 'none',
    hint: 'name it in the catalogue: wwanlab firmware add FILE --release 23.05.5',
  });

/** Suites are refused until then: whoever did what it takes should not meet that as news. */
const barred = (file: RigFile): string =>
  file.kind === 'lab'
    ? `in quarantine until that is done and this passes: wwanlab rigs check ${nameOf(file)}\n`
    : '';

/** What became of the quarantine that a rig was in. */
type Requalified = Pick<QuarantinedRig, 'reason' | 'since' | 'who'> & Omit<Checked, 'failed'>;

/** A rig that is brought back may be used again once the check has passed that anybody could type. */
async function requalify(
  file: RigFile,
  wait: Ms | undefined,
  say: (text: string) => void,
): Promise<Requalified | undefined> {
  const found = file.kind === 'lab' ? quarantineOf(file) : undefined;
  if (!found) return undefined;
  const { reason, since, who } = found;
  say(`It is in quarantine since ${since} (${who}), until a check finds it well: ${reason}\n`);
  const { failed, ...checked } = await checkRig(file, { cutPower: false, wait }, say);
  if (failed) say(`It stays in quarantine, because of ${failed.what}. Next: ${checked.next}\n`);
  return { reason, since, who, ...checked };
}

const by = (rung: string | undefined): string =>
  rung === undefined ? ' (nothing had to be done)' : `, by ${rung}`;

const WIDEST = Math.max(...rescueRungIds.map((id) => id.length));

function describe({ rung, outcome, did, effect, tookMs }: RescueStep): string {
  const name = `  ${rung.padEnd(WIDEST)}  ${outcome.padEnd('skipped'.length)}  `;
  return outcome === 'skipped' ? `${name}${did}\n` : `${name}${did}; then: ${effect} (${formatMs(tookMs)})\n`;
}

function oneOf<T extends string>(found: string, allowed: readonly T[], option: string): T {
  const one = allowed.find((word) => word === found);
  if (one !== undefined) return one;
  const problem = `--${option}: found "${found}"${didYouMean(found, allowed)}, allowed: ${allowed.join(', ')}`;
  throw usageError('recover', problem, 'see: wwanlab recover --help');
}
