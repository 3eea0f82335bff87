import { raceAbort, type Ctx } from '../../core/ctx.ts';
import type { HarnessError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import { createAtReplyReader } from '../../protocols/at/reply-reader.ts';
import type { Channel } from '../../transport/channel.ts';
import { createMutex } from '../../transport/mutex.ts';
import { recordAt, type AtPort } from './at-port.ts';

/**
 * AT over a serial port of this machine, which no program on the router can touch. It is opened when it is first wanted,
 * and anew when it is wanted after it went away: a modem's port leaves with each of its restarts.
 * @param open throws HarnessError `serial.…`
 */
export function createSerialAtPort(open: (ctx: Ctx) => Promise<Channel>): AtPort {
  const turn = createMutex();
  let current: Channel | undefined;

  const opened = async (ctx: Ctx): Promise<Channel> => {
    if (current) return current;
    return (current = await open(ctx));
  };

  return {
    async at(ctx, command, limit) {
      const done = await turn.acquire(ctx.signal);
      try {
        const channel = await opened(ctx);
        return await recordAt(ctx, command, async () => ({
          tty: channel.name,
          output: await exchange(ctx, channel, command, limit, () => (current = undefined)),
        }));
      } finally {
        done();
      }
    },
    // Whether this machine has it shows when it is opened.
    mustBeThere: () => Promise.resolve(),
    release: () => {
      current?.close();
      current = undefined;
      return Promise.resolve();
    },
  };
}

/**
 * What came until a final code, or until the limit.
 * @param onGone the port went away: now, or since the last question
 * @throws HarnessError `serial.gone`
 */
async function exchange(
  ctx: Ctx,
  channel: Channel,
  command: string,
  limit: Ms,
  onGone: () => void,
): Promise<string> {
  const reader = createAtReplyReader(command);
  let output = '';
  let cancel = (): void => undefined;
  const answered = new Promise<void>((resolve, reject: (reason?: HarnessError) => void) => {
    channel.onBytes((bytes) => {
      output += Buffer.from(bytes).toString('latin1');
      if (reader.push(bytes)) resolve();
    });
    channel.onClose((error) => {
      onGone();
      reject(error);
    });
    cancel = ctx.clock.after(limit, resolve);
  });
  try {
    channel.write(Buffer.from(`${command}\r`, 'latin1'));
    await raceAbort(answered, ctx.signal);
    return output;
  } finally {
    cancel();
    channel.onBytes(() => undefined); // what comes between two questions answers neither
  }
}
