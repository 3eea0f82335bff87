import { throwIfAborted, type Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import { isRunning, kill, thisHolder, type HostClock } from './host.ts';
import type { Grant, LeaseStore, Standing } from './store.ts';

/** A lease that nobody renews ends after this long. */
export const TTL: Ms = 20_000;

/** A holder looks so often whether it is still the holder: a revocation reaches it as fast. */
const HEARTBEAT: Ms = 1_000;

/** How often somebody who waits asks again. */
const ASK_EVERY: Ms = 500;

/** What a holder whose lease was taken away has to close its connections before it is ended. */
const GRACE: Ms = 5_000;

/** A right to touch a rig, for as long as this process keeps it. */
export interface Lease {
  readonly token: number;
  /** Called before every operation on the rig. @throws HarnessError `lease.revoked`, `lease.lost` */
  check(): void;
  release(): void;
}

export interface LeaseRequest {
  readonly rig: string;
  readonly keys: readonly string[];
  /** For whoever finds the rig held: `wwanlab run`. */
  readonly reason: string;
  /** How long to wait for somebody else to be done. */
  readonly wait: Ms;
  readonly ttl?: Ms;
  /** Called each time that somebody else is found in the way. */
  readonly onHeld?: (grant: Grant) => void;
}

/**
 * Takes a rig, and keeps it until it is released. A former holder whose time ran out, or whose lease was taken away, is
 * ended first where it still runs (or stands still): nobody can wake up later in the middle of an operation. Holders are
 * processes of this machine, and of a user that we may signal.
 * @throws HarnessError `lease.held` with who holds it, `lease.no-store`
 */
export async function acquireLease(
  ctx: Ctx,
  store: LeaseStore,
  host: HostClock,
  request: LeaseRequest,
): Promise<Lease> {
  const { rig, keys, reason, wait, ttl = TTL, onHeld } = request;
  const start = ctx.clock.now();
  for (;;) {
    throwIfAborted(ctx.signal);
    const answer = store.grant({
      rig,
      keys,
      holder: thisHolder(),
      reason,
      ttl,
      isGone: (grant) => isGone(grant, host),
    });
    if ('token' in answer) return keep(ctx, store, rig, answer.token, ttl);
    if (ctx.clock.now() - start >= wait) throw heldBy(rig, answer.held);
    onHeld?.(answer.held);
    await ctx.clock.sleep(ASK_EVERY, ctx.signal);
  }
}

/** Ends a holder that has no right any more, after its grace. What this process itself left behind is gone. */
function isGone({ holder, revoked, expiresAt }: Grant, host: HostClock): boolean {
  if (holder.pid === process.pid || !isRunning(holder)) return true;
  const now = host.now();
  if (revoked && expiresAt > now && now - revoked.at < GRACE) return false;
  kill(holder);
  return !isRunning(holder);
}

function keep(ctx: Ctx, store: LeaseStore, rig: string, token: number, ttl: Ms): Lease {
  let cancel: () => void = () => undefined;
  const beat = (): void => {
    if (store.renew(token, ttl).kind === 'held') cancel = ctx.clock.after(Math.min(HEARTBEAT, ttl / 4), beat);
  };
  beat();
  ctx.timeline.add('run', 'lease', { rig, token });
  return {
    token,
    check: () => {
      const standing = store.standing(token);
      if (standing.kind !== 'held') throw notHeld(rig, standing);
    },
    release: () => {
      cancel();
      store.release(token);
    },
  };
}

const notHeld = (rig: string, standing: Exclude<Standing, { kind: 'held' }>): HarnessError =>
  standing.kind === 'revoked'
    ? new HarnessError(`the rig ${rig} was taken away: ${standing.reason}`, {
        code: 'lease.revoked',
        blame: 'rig',
        effect: 'none',
        hint: `see: wwanlab rigs who ${rig}`,
      })
    : new HarnessError(`the lease of the rig ${rig} has run out: this process stood still for too long`, {
        code: 'lease.lost',
        blame: 'rig',
        effect: 'none',
        hint: 'run it again; was the machine overloaded, or the process stopped (Ctrl-Z)?',
      });

export function heldBy(rig: string, { holder, reason, key, revoked }: Grant): HarnessError {
  const why = revoked === undefined ? reason : `${reason}; taken away: ${revoked.reason}`;
  return new HarnessError(
    `the rig ${rig} is in use: ${holder.who}, process ${holder.pid} (${why}) holds ${key}`,
    {
      code: 'lease.held',
      blame: 'rig',
      effect: 'none',
      hint: `wait, or type: wwanlab rigs take ${rig} --reason "why"`,
      data: { holder, reason, key },
    },
  );
}
