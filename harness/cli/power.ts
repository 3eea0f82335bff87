import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { minutes, type Ms } from '../core/units.ts';
import { fencePower } from '../lab/leases/fence.ts';
import { journaledPower } from '../lab/leases/journaled.ts';
import { leaseRig } from '../lab/leases/lease-rig.ts';
import { openPower } from '../lab/open-power.ts';
import type { LabRigFile, RigFile } from '../lab/rig-file.ts';
import { cyclePower } from '../procedures/power.ts';
import type { PowerSwitch } from '../rig/power.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withCtx } from './with-rig.ts';

const actions = ['on', 'off', 'cycle', 'state'] as const;

/** `power RIG ACTION`: what the switch says afterwards. */
export async function power(args: Arguments, io: Io): Promise<number> {
  const [name = '', text = ''] = args.positionals;
  const action = actions.find((one) => one === text);
  if (!action)
    throw usageError(
      'power',
      `found "${text}", allowed: ${actions.join(', ')}`,
      'type: wwanlab power --help',
    );
  const file = rigFileOf(name);
  const which = args.flag('modem') ? 'modemPower' : 'power';
  const outlet = switchOf(file, which);
  const wait = waitOf(args);
  const state = await withCtx(
    file,
    `power ${action} of ${file.id}`,
    minutes(10) + (wait ?? 0),
    async (ctx) => {
      if (action !== 'state') await switchPower(ctx, file as LabRigFile, which, outlet, action, wait);
      return outlet.state(ctx);
    },
  );
  if (args.flag('json'))
    io.out(JSON.stringify({ rig: file.id, switch: outlet.name, action, state }, null, 2) + '\n');
  else io.out(`${outlet.name}: ${state === 'unknown' ? 'told; it cannot be asked' : state}\n`);
  return 0;
}

/** Whoever is ended in the middle of a cycle leaves a note; who switches off on purpose wants it to stay off. */
async function switchPower(
  ctx: Ctx,
  file: LabRigFile,
  which: 'power' | 'modemPower',
  outlet: PowerSwitch,
  action: 'on' | 'off' | 'cycle',
  wait: Ms | undefined,
): Promise<void> {
  const lease = await leaseRig(ctx, file, { reason: `power ${action}`, wait, evenInQuarantine: true });
  const fenced = fencePower(outlet, lease);
  const journaled = journaledPower(fenced, which, lease.journal);
  try {
    if (action === 'cycle') await cyclePower(ctx, journaled);
    else if (action === 'on') await journaled.set(ctx, true);
    else await fenced.set(ctx, false);
  } finally {
    await lease.release();
  }
}

function switchOf(file: RigFile, key: 'power' | 'modemPower'): PowerSwitch {
  const values = file.kind === 'lab' ? file[key] : undefined;
  if (values) return openPower(file.path, values);
  throw new HarnessError(`the rig ${file.id} has no ${key}`, {
    code: 'rig.no-power',
    blame: 'rig',
    effect: 'none',
    hint: file.kind === 'lab' ? `add ${key} to ${file.path}` : 'only rigs of kind lab have switches',
  });
}
