import { createHostClock, isRunning } from '../lab/leases/host.ts';
import type { UndoNote } from '../lab/leases/journal.ts';
import { describeKey, leaseKeys } from '../lab/leases/keys.ts';
import { listGrants, listQuarantined, listUndoNotes } from '../lab/leases/lease-rig.ts';
import type { QuarantinedRig } from '../lab/leases/quarantine.ts';
import type { Grant } from '../lab/leases/store.ts';
import { formatMs, type Ms } from '../core/units.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { labRigOf } from './lab-rig.ts';

/** `rigs who [RIG]`: who holds what, and for how long; what was left changed, and what is in quarantine. */
export async function rigsWho(args: Arguments, io: Io): Promise<number> {
  const [name] = args.positionals;
  const keys = name === undefined ? undefined : leaseKeys(labRigOf(name));
  const wanted = ({ key }: { readonly key: string }): boolean => keys === undefined || keys.includes(key);
  const grants = listGrants().filter(wanted);
  const notes = listUndoNotes().filter(wanted);
  const quarantined = listQuarantined().filter(wanted);
  const now = createHostClock().now();
  if (args.flag('json')) {
    const held = grants.map((grant) => ({
      ...grant,
      heldMs: now - grant.grantedAt,
      leftMs: grant.expiresAt - now,
    }));
    // Not how it is undone: a configuration may hold secrets.
    const changed = notes.map(({ undo: _undo, ...note }) => note);
    io.out(JSON.stringify({ held, changed, quarantined }, null, 2) + '\n');
    return 0;
  }
  if (grants.length === 0) io.out(`nobody holds ${name ?? 'a rig of this machine'}\n`);
  io.out(
    [...grants.map(grantLine(now)), ...notes.map(noteLine(grants)), ...quarantined.map(quarantineLine)].join(
      '',
    ),
  );
  return 0;
}

const grantLine =
  (now: Ms) =>
  ({ rig, key, holder, reason, grantedAt, expiresAt, revoked }: Grant): string => {
    const held = isRunning(holder)
      ? 'held'
      : `that process is gone, its lease ends in ${formatMs(Math.round(expiresAt - now))}`;
    const state = revoked ? `taken away: ${revoked.reason}` : expiresAt > now ? held : 'expired';
    const since = formatMs(Math.round(now - grantedAt));
    return `${rig}  ${describeKey(key)}  ${holder.who}, process ${holder.pid}, for ${since} (${reason}): ${state}\n`;
  };

const noteLine =
  (grants: readonly Grant[]) =>
  ({ rig, thing, who, pid, reason }: UndoNote): string => {
    const atWork = grants.some(
      ({ holder, revoked }) => holder.pid === pid && revoked === undefined && isRunning(holder),
    );
    const fate = atWork ? 'it undoes that, or' : 'it is gone:';
    return `${rig}  ${thing} was changed by ${who}, process ${pid} (${reason}); ${fate} the next one does\n`;
  };

const quarantineLine = ({ rig, since, who, reason }: QuarantinedRig): string =>
  `${rig}  in quarantine since ${since} (${who}): ${reason}\n`;
