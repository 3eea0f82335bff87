import type { Ctx } from '../core/ctx.ts';
import { minutes } from '../core/units.ts';
import { quarantineOf } from '../lab/leases/lease-rig.ts';
import type { Rig } from '../rig/rig.ts';
import type { ExecResult } from '../rig/router.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withRig } from './with-rig.ts';

/** `shell RIG COMMAND`: its output and its exit code become ours. */
export async function shell(args: Arguments, io: Io): Promise<number> {
  const [name = '', command = ''] = args.positionals;
  const file = rigFileOf(name);
  const ask = (ctx: Ctx, { router }: Rig): Promise<ExecResult> =>
    router.shell(ctx, command, { limit: minutes(9) });
  // Who brings it back by hand needs a shell on it as it is.
  const maybeSilent = file.kind === 'lab' && quarantineOf(file) !== undefined;
  const options = { wait: waitOf(args), maybeSilent };
  const result = await withRig(file, `a command on ${file.id}`, minutes(10), ask, options);
  if (args.flag('json')) io.out(JSON.stringify({ rig: file.id, ...result }, null, 2) + '\n');
  else {
    io.out(result.stdout);
    io.err(result.stderr);
  }
  return result.exitCode;
}
