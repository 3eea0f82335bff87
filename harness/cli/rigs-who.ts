import { createHostClock } from '../lab/leases/host.ts';
import { leaseKeys } from '../lab/leases/keys.ts';
import { listGrants } from '../lab/leases/lease-rig.ts';
import { formatMs } from '../core/units.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { labRigOf } from './lab-rig.ts';

/** `rigs who [RIG]`: who holds what, and for how long. */
export async function rigsWho(args: Arguments, io: Io): Promise<number> {
  const [name] = args.positionals;
  const keys = name === undefined ? undefined : leaseKeys(labRigOf(name));
  const grants = listGrants().filter(({ key }) => keys === undefined || keys.includes(key));
  const now = createHostClock().now();
  if (args.flag('json')) {
    const rows = grants.map((grant) => ({
      ...grant,
      heldMs: now - grant.grantedAt,
      leftMs: grant.expiresAt - now,
    }));
    io.out(JSON.stringify(rows, null, 2) + '\n');
    return 0;
  }
  if (grants.length === 0) io.out(`nobody holds ${name ?? 'a rig of this machine'}\n`);
  for (const { rig, key, holder, reason, grantedAt, expiresAt, revoked } of grants) {
    const state = revoked ? `taken away: ${revoked.reason}` : expiresAt > now ? 'held' : 'expired';
    const since = formatMs(Math.round(now - grantedAt));
    io.out(`${rig}  ${key}  ${holder.who}, process ${holder.pid}, for ${since} (${reason}): ${state}\n`);
  }
  return 0;
}
