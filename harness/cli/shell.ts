import { minutes } from '../core/units.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { rigFileOf, withRig } from './with-rig.ts';

/** `shell RIG COMMAND`: its output and its exit code become ours. */
export async function shell(args: Arguments, io: Io): Promise<number> {
  const [name = '', command = ''] = args.positionals;
  const file = rigFileOf(name);
  const result = await withRig(file, `a command on ${file.id}`, minutes(10), (ctx, { router }) =>
    router.shell(ctx, command, { limit: minutes(9) }),
  );
  if (args.flag('json')) io.out(JSON.stringify({ rig: file.id, ...result }, null, 2) + '\n');
  else {
    io.out(result.stdout);
    io.err(result.stderr);
  }
  return result.exitCode;
}
