import type { Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { minutes } from '../core/units.ts';
import { fencePower } from '../lab/leases/fence.ts';
import { leaseRig } from '../lab/leases/lease-rig.ts';
import { openPower } from '../lab/open-power.ts';
import type { RigFile } from '../lab/rig-file.ts';
import { cyclePower } from '../procedures/power.ts';
import type { PowerSwitch } from '../rig/power.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';
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
  const outlet = switchOf(file, args.flag('modem') ? 'modemPower' : 'power');
  const state = await withCtx(file, `power ${action} of ${file.id}`, minutes(10), async (ctx) => {
    if (action !== 'state') await switchPower(ctx, file, outlet, action);
    return outlet.state(ctx);
  });
  if (args.flag('json'))
    io.out(JSON.stringify({ rig: file.id, switch: outlet.name, action, state }, null, 2) + '\n');
  else io.out(`${outlet.name}: ${state === 'unknown' ? 'told; it cannot be asked' : state}\n`);
  return 0;
}

async function switchPower(
  ctx: Ctx,
  file: RigFile,
  outlet: PowerSwitch,
  action: 'on' | 'off' | 'cycle',
): Promise<void> {
  const lease = file.kind === 'lab' ? await leaseRig(ctx, file, `power ${action}`) : undefined;
  try {
    if (action === 'cycle') await cyclePower(ctx, lease ? fencePower(outlet, lease) : outlet);
    else await outlet.set(ctx, action === 'on');
  } finally {
    await lease?.release();
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
