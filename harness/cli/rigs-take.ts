import { minutes } from '../core/units.ts';
import { leaseRig, revokeRig } from '../lab/leases/lease-rig.ts';
import { openPower } from '../lab/open-power.ts';
import type { LabRigFile } from '../lab/rig-file.ts';
import type { PowerState } from '../rig/power.ts';
import type { Io } from './io.ts';
import { labRigOf } from './lab-rig.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';
import { withCtx } from './with-rig.ts';

/** `rigs take RIG --reason TEXT`: the holder may not act from now on, and is ended if it does not go by itself. */
export async function rigsTake(args: Arguments, io: Io): Promise<number> {
  const reason = args.text('reason');
  if (reason === undefined) {
    throw usageError('reason', 'rigs take needs --reason TEXT', 'the holder is told: --reason "nightly run"');
  }
  const file = labRigOf(args.positionals[0] ?? '');
  const taken = revokeRig(file, reason);
  const power = await provedFree(file, 'rigs take', 15_000);
  if (args.flag('json')) io.out(JSON.stringify({ rig: file.id, taken, power }, null, 2) + '\n');
  else if (taken.length === 0) io.out(`${file.id} was free\n`);
  for (const { holder, key } of args.flag('json') ? [] : taken) {
    io.out(`${key} was taken away from ${holder.who}, process ${holder.pid}; ${file.id} is free\n`);
  }
  // Who was ended in the middle of a power cycle could not end it.
  if (power === 'off') io.err(`its power is off; type: wwanlab power ${args.positionals[0]} on\n`);
  return 0;
}

/** `rigs release RIG`: frees what a holder left that is gone or whose time ran out; a holder at work keeps it. */
export async function rigsRelease(args: Arguments, io: Io): Promise<number> {
  const file = labRigOf(args.positionals[0] ?? '');
  await provedFree(file, 'rigs release', 0);
  if (args.flag('json')) io.out(JSON.stringify({ rig: file.id, free: true }) + '\n');
  else io.out(`${file.id} is free\n`);
  return 0;
}

/** Nothing proves that a rig can be had as having it. @returns what its power switch says */
function provedFree(file: LabRigFile, what: string, wait: number): Promise<PowerState> {
  return withCtx(file, what, minutes(1), async (ctx) => {
    const lease = await leaseRig(ctx, file, { reason: what, wait, evenInQuarantine: true });
    try {
      return file.power ? await openPower(file.path, file.power).state(ctx) : 'unknown';
    } finally {
      await lease.release();
    }
  });
}
