import { z } from 'zod';

import type { Ctx } from '../core/ctx.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import { openConsole } from '../drivers/console/console.ts';
import type { Console } from '../rig/console.ts';
import { openSerial } from '../transport/serial.ts';
import { connectSocket, parseSocketAddress } from '../transport/socket.ts';
import { choice, map, pattern, text } from './fields.ts';

const rates = ['9600', '19200', '38400', '57600', '115200', '230400', '460800', '921600', '1500000'] as const;

/** Where a router's serial console comes out. */
export const consolePort = z
  .union(
    [
      map({
        tty: text('a serial port of this machine').describe(
          'Serial port; a path of /dev/serial/by-id stays the same',
        ),
        baud: z
          .union([choice(rates).transform(Number), z.int()], { error: rates.join(', ') })
          .default(115_200)
          .describe('Bits per second; 115200 by default'),
      }),
      map({
        socket: pattern(/^(unix:.+|tcp:.+:\d+)$/, 'unix:PATH or tcp:HOST:PORT').describe(
          'unix:PATH or tcp:HOST:PORT, raw (ser2net, QEMU)',
        ),
      }),
    ],
    { error: 'a map with the keys tty, baud, or with the key socket' },
  )
  .describe("The router's serial console");

export type ConsoleValues = z.output<typeof consolePort>;

/** Opens it, and reads from now on. @throws HarnessError `serial.…`, `socket.…` */
export async function openConsolePort(ctx: Ctx, values: ConsoleValues): Promise<Console> {
  try {
    return await openPort(ctx, values);
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    const { code, blame, effect, message } = error;
    throw new HarnessError(`the router's console can't be opened: ${message}`, {
      code,
      blame,
      effect,
      hint: `console in the rig file names it, and may be left out there; ${WHY[code] ?? error.hint ?? 'is it wired?'}`,
      cause: error,
    });
  }
}

/** Where a reason has another one than its own port has. */
const WHY: Readonly<Record<string, string>> = {
  'socket.unreachable': 'does ser2net, or whatever serves the port there, run?',
};

function openPort(ctx: Ctx, values: ConsoleValues): Promise<Console> {
  if ('socket' in values) {
    const address = parseSocketAddress(values.socket);
    return openConsole(ctx, { name: values.socket, open: () => connectSocket(address) });
  }
  const { tty, baud } = values;
  const open = (c: Ctx): ReturnType<typeof openSerial> => openSerial(c, { path: tty, baudRate: baud });
  return openConsole(ctx, { name: `${tty} at ${baud}`, open });
}
