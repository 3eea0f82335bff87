/**
 * A process that wants a rig: `node lease-holder.js DEVICE TTL`. With the lease it brings the device back, a file that
 * takes everything, changes it in steps, and undoes that or not. SIGUSR2 steps its wall clock.
 */
import { createRng } from '../../harness/core/chance.ts';
import { journaledRouter } from '../../harness/lab/leases/journaled.ts';
import { leaseRig, listGrants } from '../../harness/lab/leases/lease-rig.ts';
import { bringDeviceBack, contested, deviceOf, names } from './device-log.ts';
import { realCtx } from './real-ctx.ts';

const [device = '', ttl = ''] = process.argv.slice(2);
const rng = createRng(String(process.pid));

const RealDate = Date;
let step = 0;
globalThis.Date = class extends RealDate {
  constructor(...values: []) {
    super(...(values.length === 0 ? ([RealDate.now() + step] as unknown as []) : values));
  }
  static override now(): number {
    return RealDate.now() + step;
  }
} as DateConstructor;
process.on('SIGUSR2', () => (step += rng.integer(-86_400_000, 86_400_000)));

const ctx = realCtx();
for (;;) {
  const lease = await leaseRig(ctx, contested, { reason: 'test', wait: 600_000, ttl: Number(ttl) });
  try {
    const token = listGrants()[0]?.token ?? NaN;
    const { rig, log } = deviceOf(device, lease, token);
    await bringDeviceBack(ctx, lease, rig);
    log('work', 'begins');
    const router = journaledRouter(rig.router, lease.journal);
    for (let n = rng.integer(2, 12); n > 0; n--) {
      const name = names[rng.integer(0, names.length - 1)] as string;
      await router.uciSet(ctx, { [name]: `changed-${n}` });
      await ctx.clock.sleep(rng.integer(1, 10));
    }
    if (rng.integer(0, 1) === 0) await bringDeviceBack(ctx, lease, rig);
  } catch {
    // taken away, or stood still for too long: asks anew
  }
  await lease.release();
}
