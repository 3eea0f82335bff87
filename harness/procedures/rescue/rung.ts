import type { Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import type { Rig } from '../../rig/rig.ts';
import type { RescueImage } from '../rescue-over-tftp.ts';
import type { Seen } from './seen.ts';

/** From what costs nothing to what costs the router's settings; after the last one it is a human's turn. */
export const rescueRungIds = [
  're-dial',
  'interface',
  'modem-reset',
  'usb-authorize',
  'modem-power',
  'reboot',
  'router-power',
  'failsafe',
  'boot-loader',
] as const;
export type RescueRungId = (typeof rescueRungIds)[number];

/** What a rescue may do beyond switching things off and on. */
export interface RescueMeans {
  /** Failsafe mode may drop the router's settings (`firstboot`). */
  readonly mayDropSettings?: boolean;
  /** A sound image for a router that has none; without one its flash is left alone. */
  readonly image?: RescueImage;
}

/** One way to bring a rig back. */
export interface RescueRung {
  readonly id: RescueRungId;
  /** `restart the modem's firmware` */
  readonly about: string;
  readonly limitMs: Ms;
  /** Why it makes no sense here; undefined: try it. */
  skip(rig: Rig, seen: Seen, means: RescueMeans): string | undefined;
  /** @returns what it did, for people. What came of it is looked at by the ladder. */
  climb(ctx: Ctx, rig: Rig, means: RescueMeans): Promise<string>;
}

export const needsRouter = (seen: Seen): string | undefined =>
  seen.router === 'answers' ? undefined : seen.text;

export const needsModem = (seen: Seen): string | undefined =>
  needsRouter(seen) ??
  (seen.modem === 'bound' ? undefined : seen.modem === 'hung' ? `no use: ${seen.text}` : seen.text);
