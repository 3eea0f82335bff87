import type { Socket } from 'node:net';

import { raceAbort, type Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import { createLineSplitter } from '../../transport/line-splitter.ts';
import { virtualError } from '../errors.ts';

/** What the guest writes on its serial console. */
export interface Console {
  /** The last lines, oldest first. */
  readonly lines: readonly string[];
  /** Types something there. */
  write(text: string): void;
  /**
   * Waits for a line that holds this text, whether it was written before or not.
   * @throws HarnessError `virtual.kernel-panic` as soon as the guest's kernel gives up
   */
  waitFor(ctx: Ctx, text: string, limit: Ms): Promise<void>;
}

const KEPT_LINES = 400;

/** A console that nobody has connected to yet. */
export function createConsole(): Console & { attach(socket: Socket): void } {
  const lines: string[] = [];
  let attached: Socket | undefined;
  const waiting = new Set<(line: string) => void>();
  const splitter = createLineSplitter((line) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    for (const look of waiting) look(line);
  });
  return {
    lines,
    write: (text) => void attached?.write(text),
    attach: (socket) => {
      attached = socket;
      socket.on('data', (bytes: Uint8Array) => splitter.push(bytes));
    },
    waitFor: (ctx, text, limit) =>
      ctx.within(limit, `the guest's console says "${text}"`, ({ signal }) => {
        let look: (line: string) => void = () => undefined;
        const seen = new Promise<void>((resolve, reject) => {
          look = (line) => {
            if (line.includes(text)) resolve();
            if (line.includes('Kernel panic'))
              reject(panicked(line, 'type: wwanlab virtual setup --rebuild'));
          };
          lines.forEach(look);
          waiting.add(look);
        });
        return raceAbort(seen, signal).finally(() => waiting.delete(look));
      }),
  };
}

export const panicked = (line: string, hint: string): Error =>
  virtualError('kernel-panic', `the guest's kernel gave up: ${line.trim()}`, hint);
