import type { Ctx } from '../core/ctx.ts';
import { minutes } from '../core/units.ts';
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
  const result = await withRig(file, `a command on ${file.id}`, minutes(10), ask, { wait: waitOf(args) });
  if (args.flag('json')) io.out(JSON.stringify({ rig: file.id, ...result }, null, 2) + '\n');
  else {
    io.out(result.stdout);
    io.err(result.stderr);
  }
  return result.exitCode;
}
