import { raceAbort, type Ctx } from '../../core/ctx.ts';
import { HarnessError, isHarnessError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { ConsoleChunk, ConsoleMatch } from '../../rig/console.ts';
import { isGarbage } from './garbage.ts';

/** Characters of a console's past that are kept: several boots. */
export const KEPT = 256 * 1024;

/** Who wants to know what a console shows, and that it has gone away. */
export interface Audience {
  readonly chunks: Set<(chunk: ConsoleChunk) => void>;
  readonly losses: Set<(error: HarnessError) => void>;
}

export interface Expectation {
  readonly name: string;
  readonly what: string;
  readonly pattern: RegExp;
  readonly limit: Ms;
  /** What it showed already and may match. */
  readonly before: string;
}

/** @throws HarnessError `console.not-seen`, or what the loss of the port was */
export async function expectText(
  ctx: Ctx,
  { name, what, pattern, limit, before }: Expectation,
  { chunks, losses }: Audience,
): Promise<ConsoleMatch> {
  const decoder = new TextDecoder('utf-8');
  // A global expression would remember where it stopped.
  const once = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  let text = before;
  let look: (chunk?: ConsoleChunk) => void = () => undefined;
  let fail: (error: HarnessError) => void = () => undefined;
  const seen = new Promise<ConsoleMatch>((resolve, reject) => {
    look = (chunk) => {
      if (chunk) text = (text + decoder.decode(chunk.bytes, { stream: true })).slice(-KEPT);
      const match = once.exec(text);
      if (match) resolve({ text: text.slice(0, match.index + match[0].length), match });
    };
    fail = reject;
  });
  chunks.add(look);
  losses.add(fail);
  look();
  try {
    return await ctx.within(limit, what, ({ signal }) => raceAbort(seen, signal));
  } catch (error) {
    const expired = isHarnessError(error) && error.code === 'deadline.exceeded' && !ctx.signal.aborted;
    throw expired ? notSeen(name, what, limit, text) : error;
  } finally {
    chunks.delete(look);
    losses.delete(fail);
  }
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

function notSeen(name: string, what: string, limit: Ms, text: string): HarnessError {
  const garbage = isGarbage(text);
  // A terminal would take what is no text for its own commands.
  const tail = text
    .split(/\r?\n/)
    .slice(-5)
    .join('\n')
    .trim()
    .slice(-(garbage ? 40 : 400))
    .replace(UNPRINTABLE, '.');
  const shown =
    tail === ''
      ? 'it showed nothing'
      : `it showed${garbage ? `, of ${text.length} characters` : ''}:\n${tail}`;
  const hint = garbage
    ? 'this is garbage: is the baud rate in the rig file the right one (115200, 57600, 9600 …), and ground connected?'
    : text === ''
      ? 'is the router on, and are RX and TX where they belong?'
      : undefined;
  return new HarnessError(`${name}: not seen within ${Math.round(limit / 1_000)} s: ${what}; ${shown}`, {
    code: 'console.not-seen',
    blame: 'rig',
    effect: 'none',
    hint,
    data: { what, limitMs: limit, tail },
  });
}
