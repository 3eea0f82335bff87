import type { Ctx } from '../core/ctx.ts';

/** What a router was before it was given another host key. */
export interface KnownRouter {
  readonly boardName: string;
  readonly macAddresses: readonly string[];
}

/** A router whose new host key is believed. */
export interface MetAgain {
  /** `SHA256:…` */
  readonly hostKey: string;
  /** What proved that it is the same one, for people. */
  readonly proof: string;
}

/**
 * Meets a router again that shows another host key than the one that is pinned. It is asked who it is without being told
 * any secret, and its key is pinned once that is proven, for this process and in the rig file.
 * @throws HarnessError `rig.stranger` with the reason why it is not believed
 */
export type MeetAgain = (ctx: Ctx, known: KnownRouter) => Promise<MetAgain>;
