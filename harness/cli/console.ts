import { raceAbort, type Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { hours, minutes, type Ms } from '../core/units.ts';
import { fenceConsole } from '../lab/leases/fence.ts';
import { leaseRig } from '../lab/leases/lease-rig.ts';
import { openConsolePort } from '../lab/open-console.ts';
import type { RigFile } from '../lab/rig-file.ts';
import { runOnConsole } from '../procedures/console.ts';
import type { Console } from '../rig/console.ts';
import { isInterrupt } from './interrupt.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withCtx } from './with-rig.ts';

/** Ctrl-], as in telnet and virsh. */
const LEAVE = 0x1d;

/** `console RIG`: its output as it comes, our keys to it; or one command. */
export async function showConsole(args: Arguments, io: Io): Promise<number> {
  const file = rigFileOf(args.positionals[0] ?? '');
  const command = args.text('run');
  const wait = waitOf(args);
  const what = `the console of ${file.id}`;
  const json = args.flag('json');
  if (command === undefined) {
    await withConsole(file, wait, what, hours(24 * 365), (ctx, port) => attach(ctx, port, io, json)).catch(
      (error: unknown) => {
        if (!isInterrupt(error)) throw error;
      },
    );
    return 0;
  }
  const { exitCode, output } = await withConsole(file, wait, what, minutes(10) + (wait ?? 0), (ctx, port) =>
    runOnConsole(ctx, port, command, minutes(9)),
  );
  if (json) io.out(JSON.stringify({ rig: file.id, command, exitCode, output }, null, 2) + '\n');
  else io.out(output);
  return exitCode;
}

function withConsole<T>(
  file: RigFile,
  wait: Ms | undefined,
  what: string,
  limit: number,
  body: (ctx: Ctx, port: Console) => Promise<T>,
): Promise<T> {
  if (file.kind !== 'lab' || !file.console) throw noConsole(file);
  const values = file.console;
  return withCtx(file, what, limit, async (ctx) => {
    const lease = await leaseRig(ctx, file, { reason: 'console', wait, evenInQuarantine: true });
    let port: Console | undefined;
    try {
      port = fenceConsole(await openConsolePort(ctx, values), lease);
      return await body(ctx, port);
    } finally {
      await port?.close();
      await lease.release();
    }
  });
}

async function attach(ctx: Ctx, port: Console, io: Io, json: boolean): Promise<void> {
  const decoder = new TextDecoder('utf-8');
  const stop = port.follow(({ bytes, atMs }) => {
    const text = decoder.decode(bytes, { stream: true });
    io.out(json ? JSON.stringify({ atMs: Math.round(atMs), text }) + '\n' : text);
  });
  const { stdin } = process;
  const left = new Promise<void>((resolve) => {
    if (!stdin.isTTY) return;
    io.err(`${port.name}; Ctrl-] ends it\n`);
    // The terminal was closed: its SIGHUP ends us.
    stdin.on('error', () => undefined);
    stdin.setRawMode(true);
    stdin.on('data', (keys: Uint8Array) => {
      if (keys.includes(LEAVE)) return resolve();
      port.write(ctx, new TextDecoder().decode(keys)).catch(() => io.err('\r\n(the port is away)\r\n'));
    });
  });
  try {
    await raceAbort(Promise.race([left, io.unread]), ctx.signal);
  } finally {
    stop();
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
  }
}

const noConsole = (file: RigFile): HarnessError =>
  new HarnessError(`the rig ${file.id} has no console`, {
    code: 'rig.no-console',
    blame: 'rig',
    effect: 'none',
    hint: file.kind === 'lab' ? `add console to ${file.path}` : 'only rigs of kind lab have one',
  });
