import type { Ctx } from '../../core/ctx.ts';
import { HarnessError, isHarnessError, messageOf } from '../../core/errors.ts';
import { minutes, type Ms } from '../../core/units.ts';
import { awaitBoot } from '../../procedures/boot.ts';
import { bringBackComposition } from '../../procedures/mode.ts';
import type { Rig } from '../../rig/rig.ts';
import type { Undo } from '../../rig/undo.ts';
import { nameOf } from '../rig-catalogue.ts';
import type { LabRigFile } from '../rig-file.ts';
import type { UndoNote } from './journal.ts';
import type { RigLease } from './lease-rig.ts';

/** A router that boots, a modem that restarts, and a few files. */
const LIMIT: Ms = minutes(10);

/** What carries an undo out: switches, and a router that need not have answered yet. */
export type Means = Pick<Rig, 'name' | 'router' | 'modem' | 'connection' | 'power' | 'modemPower'>;

/**
 * Brings a rig back to its known good state: what is noted in its journal is undone, the last change first, and struck
 * out when it is done. A rig that can't be brought back is quarantined.
 * @param rig fenced, and not journaled itself
 * @throws HarnessError `rig.not-brought-back`; what broke it off (a deadline, a lost lease) leaves the rest in the journal
 */
export async function bringBack(ctx: Ctx, file: LabRigFile, lease: RigLease, rig: Means): Promise<void> {
  const notes = lease.pending();
  const [first] = notes;
  if (!first) return;
  const things = notes.map(({ thing }) => thing);
  const why = ctx.timeline.add('run', 'bring-back', { rig: file.id, things, left: whoLeft(first) });
  await ctx.within(LIMIT, `bringing ${file.id} back to its known good state`, async (c) => {
    for (const note of notes.toReversed()) await undoOne(c, file, lease, rig, note, why.seq);
  });
}

async function undoOne(
  ctx: Ctx,
  file: LabRigFile,
  lease: RigLease,
  rig: Means,
  note: UndoNote,
  cause: number,
): Promise<void> {
  const { thing, undo } = note;
  const begun = ctx.timeline.add('run', 'undo', { thing, kind: undo.kind }, cause);
  try {
    await carryOut(ctx, rig, undo);
  } catch (error) {
    ctx.timeline.add('run', 'undo.failed', { thing, message: messageOf(error) }, begun.seq);
    if (ctx.signal.aborted || lease.lost.aborted) throw error;
    const reason = `${thing} could not be undone after ${whoLeft(note)}: ${messageOf(error)}`;
    lease.quarantine(ctx, reason);
    throw notBroughtBack(file, reason, error);
  }
  lease.journal.done(thing);
  ctx.timeline.add('run', 'undone', { thing }, begun.seq);
}

const whoLeft = ({ who, pid, reason }: UndoNote): string => `${who}, process ${pid} (${reason})`;

async function carryOut(ctx: Ctx, rig: Means, undo: Undo): Promise<void> {
  const { router } = rig;
  switch (undo.kind) {
    case 'configuration':
      await router.uciRevert(ctx, undo.name);
      if ((await router.readConfiguration(ctx, undo.name)) === undo.content) return;
      return router.writeConfiguration(ctx, undo.name, undo.content);
    case 'composition':
      await rig.connection.locate?.(ctx); // a router that was off when the rig was opened was not asked
      return bringBackComposition(ctx, rig, undo.mode);
    case 'bands':
      return rig.modem.restoreBands(ctx, undo.setting);
    case 'power':
      return switchOn(ctx, rig, undo.outlet);
    case 'shell': {
      const { exitCode, stdout, stderr } = await router.shell(ctx, undo.line, { limit: minutes(2) });
      if (exitCode !== 0) throw cannotUndo(`\`${undo.line}\` ended with ${exitCode}: ${stderr || stdout}`);
      return;
    }
    default:
      throw cannotUndo(`this wwanlab does not know how to undo "${(undo as Undo).kind}"`);
  }
}

async function switchOn(ctx: Ctx, rig: Means, outlet: 'power' | 'modemPower'): Promise<void> {
  const power = rig[outlet];
  if (!power) throw cannotUndo(`this rig file has no ${outlet}`);
  await power.set(ctx, true);
  if (outlet === 'power') await awaitBoot(ctx, rig, undefined);
}

const cannotUndo = (message: string): HarnessError =>
  new HarnessError(message, { code: 'rig.cannot-undo', blame: 'rig', effect: 'none' });

function notBroughtBack(file: LabRigFile, reason: string, cause: unknown): HarnessError {
  return new HarnessError(`the rig ${file.id} is not in its known good state: ${reason}`, {
    code: 'rig.not-brought-back',
    blame: 'rig',
    effect: isHarnessError(cause) ? cause.effect : 'unknown',
    hint: `it is in quarantine now; bring it back, then type: wwanlab rigs check ${nameOf(file)}`,
    cause,
  });
}
