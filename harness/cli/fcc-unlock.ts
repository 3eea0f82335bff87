import { minutes } from '../core/units.ts';
import { unlockFcc } from '../procedures/fcc-unlock.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withRig } from './with-rig.ts';

/** `modem fcc-unlock RIG`: 0 where the radio is on afterwards. */
export async function fccUnlock(args: Arguments, io: Io): Promise<number> {
  const file = rigFileOf(args.positionals[0] ?? '');
  const what = `opening the FCC lock of ${file.id}`;
  const { before, after } = await withRig(file, what, minutes(3), unlockFcc, { wait: waitOf(args) });
  if (args.flag('json')) io.out(JSON.stringify({ rig: file.id, before, after }, null, 2) + '\n');
  else if (before.on) io.out(`the radio of ${file.id} is on already (${before.reason}): nothing was done\n`);
  else {
    io.out(`the radio of ${file.id} is on: it was off (${before.reason})\n`);
    io.out(
      `The modem's next start locks it again; modem.fccUnlock: true in the rig file opens it in each run\n`,
    );
  }
  return 0;
}
