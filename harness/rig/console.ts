import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';

/** Bytes that came out of a router's serial port together, as they were. */
export interface ConsoleChunk {
  readonly bytes: Uint8Array;
  /** When they were read. */
  readonly atMs: Ms;
}

/** Something that a console showed, and what stood before it. */
export interface ConsoleMatch {
  /** Everything since the expectation began, up to the end of the match. */
  readonly text: string;
  readonly match: RegExpExecArray;
}

/** What stands at the end of what a console showed: where the router is in its boot. */
export type ConsolePrompt = 'bootloader' | 'autoboot' | 'failsafe' | 'login' | 'shell';

/**
 * A router's serial console. It is read from the moment that the rig is opened until it is closed, whether anybody
 * waits for something or not: what a boot says is said once.
 */
export interface Console {
  /** For people: `/dev/ttyUSB0 at 115200`. */
  readonly name: string;
  /** What it showed lately, oldest first, decoded with replacement characters; bounded. */
  recent(): string;
  /** Calls back with every chunk from now on. @returns stops it */
  follow(listener: (chunk: ConsoleChunk) => void): () => void;
  write(ctx: Ctx, text: string): Promise<void>;
  /**
   * Waits until what it shows from now on (or, with `since: 'recent'`, what is still kept) matches.
   * @throws HarnessError `console.not-seen` with its last lines, `console.lost` when the port went away
   */
  expect(ctx: Ctx, what: string, pattern: RegExp, limit: Ms, since?: 'now' | 'recent'): Promise<ConsoleMatch>;
  close(): Promise<void>;
}
