import type { Ctx } from '../core/ctx.ts';
import { createRedactor } from '../core/redact.ts';
import { minutes } from '../core/units.ts';
import { secretsOf } from '../lab/secrets.ts';
import type { AtReply } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withRig } from './with-rig.ts';

/** `at RIG COMMAND`: 0 for OK, 1 for what the modem refuses. Identities are cut out of what is printed. */
export async function at(args: Arguments, io: Io): Promise<number> {
  const [name = '', command = ''] = args.positionals;
  if (!/^AT/i.test(command)) {
    throw usageError(
      'at',
      `found "${command}": a command begins with AT, as in ATI`,
      'type: wwanlab at --help',
    );
  }
  const file = rigFileOf(name);
  const force = args.flag('force');
  const ask = (ctx: Ctx, { modem }: Rig): Promise<AtReply> => modem.at(ctx, command, undefined, force);
  const reply = await withRig(file, `${command} on ${file.id}`, minutes(3), ask, { wait: waitOf(args) });
  const redact = createRedactor(secretsOf(file));
  if (args.flag('json')) io.out(redact(JSON.stringify({ rig: file.id, ...reply }, null, 2)) + '\n');
  else io.out(redact([...reply.lines, reply.final].join('\n')) + '\n');
  return reply.ok ? 0 : 1;
}
