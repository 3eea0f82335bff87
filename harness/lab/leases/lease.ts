import { throwIfAborted, type Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import { formatMs, type Ms } from '../../core/units.ts';
import { isRunning, kill, thisHolder, type HostClock } from './host.ts';
import type { Standing } from './standing.ts';
import type { Grant, LeaseStore } from './store.ts';
import { describeKey } from './keys.ts';

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
  /** Aborts, with what `check` would throw, within a second of the lease's end. */
  readonly lost: AbortSignal;
  release(): void;
}

export interface LeaseRequest {
  readonly rig: string;
  /** What to type for it. */
  readonly name: string;
  readonly keys: readonly string[];
  /** For whoever finds the rig held: `wwanlab run`. */
  readonly reason: string;
  /** How long to wait for somebody else to be done. */
  readonly wait: Ms;
  readonly ttl: Ms;
  /** Called when somebody else is found in the way, and again when it is another one or it has lost its lease. */
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
  const { rig, keys, reason, wait, ttl, onHeld } = request;
  const start = ctx.clock.now();
  let told = '';
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
    if ('token' in answer) return keep(ctx, store, request, answer.token);
    if (ctx.clock.now() - start >= wait) throw heldBy(request, answer.held, host.now());
    const { token, revoked } = answer.held;
    const news = `${token} ${revoked?.reason}`;
    if (news !== told) onHeld?.(answer.held);
    told = news;
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

function keep(ctx: Ctx, store: LeaseStore, request: LeaseRequest, token: number): Lease {
  const { rig, ttl } = request;
  let cancel: () => void = () => undefined;
  const lost = new AbortController();
  const accept = (standing: Standing): void => {
    if (standing.kind === 'held' || lost.signal.aborted) return;
    cancel();
    lost.abort(notHeld(request, standing));
  };
  const beat = (): void => {
    cancel = ctx.clock.after(Math.min(HEARTBEAT, ttl / 4), beat);
    try {
      accept(store.renew(token, ttl));
    } catch {
      // A file that can't be written for a moment: `check` says so, and the lease ends by itself if it stays so.
    }
  };
  beat();
  ctx.timeline.add('run', 'lease', { rig, token });
  return {
    token,
    lost: lost.signal,
    check: () => {
      throwIfAborted(lost.signal);
      accept(store.standing(token));
      throwIfAborted(lost.signal);
    },
    release: () => {
      cancel();
      store.release(token);
    },
  };
}

const notHeld = ({ rig, name }: LeaseRequest, standing: Exclude<Standing, { kind: 'held' }>): HarnessError =>
  standing.kind === 'revoked'
    ? new HarnessError(`the rig ${rig} was taken away: ${standing.reason}`, {
        code: 'lease.revoked',
        blame: 'rig',
        effect: 'none',
        hint: `see: wwanlab rigs who ${name}`,
      })
    : new HarnessError(`the lease of the rig ${rig} has run out: this process stood still for too long`, {
        code: 'lease.lost',
        blame: 'rig',
        effect: 'none',
        hint: 'run it again; was the machine overloaded, or the process stopped (Ctrl-Z)?',
      });

/** `anna@lab, process 12 (wwanlab run), holds router a:22 for 3 min now; its lease ends in 18 s unless it is renewed` */
export function describeHolder(grant: Grant, now: Ms): string {
  const { holder, reason, key, grantedAt } = grant;
  const since = formatMs(Math.max(0, Math.round(now - grantedAt)));
  return `${holder.who}, process ${holder.pid} (${reason}), holds ${describeKey(key)} for ${since} now; ${fateOf(grant, now)}`;
}

/** A process that can't be seen may run all the same, in another container: only the end of its lease is certain. */
function fateOf({ holder, revoked, expiresAt }: Grant, now: Ms): string {
  if (revoked) return `it was taken away: ${revoked.reason}`;
  const left = expiresAt - now;
  if (left <= 0) return 'its lease has ended';
  const end = `ends in ${formatMs(Math.round(left))}`;
  return isRunning(holder)
    ? `its lease ${end} unless it is renewed`
    : `that process is gone, its lease ${end}`;
}

function heldBy({ rig, name }: LeaseRequest, grant: Grant, now: Ms): HarnessError {
  const { holder, reason, key } = grant;
  return new HarnessError(`the rig ${rig} is in use: ${describeHolder(grant, now)}`, {
    code: 'lease.held',
    blame: 'rig',
    effect: 'none',
    hint: `wait for longer with --wait "10 min", or type: wwanlab rigs take ${name} --reason "why"`,
    data: { holder, reason, key },
  });
}
