import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';
import type { Rig } from '../rig/rig.ts';
import { answersPing, interfaceStatus } from './dial.ts';

/** A link that had been up and is not, is another session than it was, or lets nothing through any more. */
export interface Drop {
  readonly atMs: Ms;
  readonly seen: string;
}

/** A link under watch: one ping a second, and netifd's word on the session. */
export interface LinkWatch {
  /** Pings answered so far. */
  readonly answered: number;
  /** Time since the last answer, or since the watch began. */
  silentMs(): Ms;
  /**
   * Asks netifd whether the session that was up at `since` is up still; where nobody has answered for `mute`, nor does
   * now, it is a zombie (F98), whatever netifd says.
   */
  check(ctx: Ctx, since: Ms, mute?: Ms): Promise<Drop | undefined>;
  stop(): Promise<void>;
}

/** This long without an answer is an outage; one lost ping is not (D2: at least three at one second). */
export const OUTAGE: Ms = 5_000;
/** A session that is up by netifd's word and has been without an answer for this long is a drop, too (F98). */
export const ZOMBIE: Ms = 30_000;

/**
 * Starts watching a link that is up. Each answer goes to the timeline as `probe`/`reply`.
 * If the stream of answers breaks because the router is lost, the next command says so.
 */
export async function watchLink(ctx: Ctx, rig: Rig): Promise<LinkWatch> {
  let answered = 0;
  let last = ctx.clock.now();
  const follow = (): ReturnType<Rig['router']['followPing']> =>
    rig.router.followPing(ctx, rig.connection.probeHost, (reply) => {
      answered++;
      last = ctx.clock.now();
      ctx.timeline.add('probe', 'reply', reply);
    });
  let following = await follow();
  let running = true;
  const observe = (): void => {
    running = true;
    following.ended.then(
      () => (running = false),
      () => (running = false),
    );
  };
  observe();

  /** busybox ping ends when the route vanishes with the link: start it again once the link is back. */
  const restart = async (): Promise<void> => {
    if (running) return;
    following = await follow();
    observe();
  };

  return {
    get answered() {
      return answered;
    },
    silentMs: () => ctx.clock.now() - last,
    check: async (c, since, mute = ZOMBIE) => {
      const status = await interfaceStatus(c, rig);
      const age = status.up ? (status.uptimeMs ?? 0) : 0;
      // netifd counts whole seconds, so a session may look one second younger than it is.
      const sameSession = status.up && age + 2_000 >= c.clock.now() - since;
      if (status.up) await restart();
      const silent = c.clock.now() - last;
      if (sameSession && (silent < mute || (await answersPing(c, rig)))) return undefined;
      const session = sameSession
        ? `up, and nobody has answered for ${Math.round(silent / 1_000)} s`
        : `a new session, ${Math.round(age / 1_000)} s old`;
      const seen = status.up ? session : 'the interface is down';
      const drop: Drop = { atMs: Math.round(c.clock.now()), seen };
      c.timeline.add('check', 'drop', drop);
      return drop;
    },
    stop: () => following.stop(),
  };
}
