/**
 * A process that wants a rig: `node lease-holder.js FOLDER DEVICE TTL`. With the lease it works on the device, a file
 * that takes everything, in steps of a check and a line with its token; now and then it lets others have it.
 */
import { appendFileSync } from 'node:fs';

import { createRng } from '../../harness/core/chance.ts';
import { createHostClock } from '../../harness/lab/leases/host.ts';
import { acquireLease } from '../../harness/lab/leases/lease.ts';
import { openLeaseStore } from '../../harness/lab/leases/store.ts';
import { realCtx } from './real-ctx.ts';

const [folder = '', device = '', ttl = ''] = process.argv.slice(2);
const ctx = realCtx();
const rng = createRng(String(process.pid));
const host = createHostClock();
const store = openLeaseStore(folder, host);

for (;;) {
  const lease = await acquireLease(ctx, store, host, {
    rig: 'shelf',
    keys: ['router a:22'],
    reason: 'test',
    wait: 600_000,
    ttl: Number(ttl),
  });
  try {
    for (let n = rng.integer(5, 40); n > 0; n--) {
      lease.check();
      appendFileSync(device, `${lease.token} ${process.pid}\n`);
      await ctx.clock.sleep(rng.integer(1, 10));
    }
  } catch {
    // taken away, or stood still for too long: asks anew
  }
  lease.release();
}
