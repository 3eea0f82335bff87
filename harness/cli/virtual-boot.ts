import { createRealClock } from '../core/real-clock.ts';
import { formatMs } from '../core/units.ts';
import { connectSsh } from '../transport/ssh.ts';
import { startGuest, type Guest } from '../virtual/guest.ts';
import { consoleCtx } from './console-ctx.ts';
import { watchInterrupts } from './interrupt.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';

/** `virtual boot`: the guest alone, for a look around; the modem is `modem serve`'s. */
export async function virtualBoot(args: Arguments, io: Io): Promise<number> {
  const clock = createRealClock();
  const ctx = consoleCtx(clock, 'virtual boot');
  const guest = await startGuest(ctx, 'the guest');
  try {
    const commands = args.texts('run');
    if (commands.length === 0) {
      io.out(describe(guest, formatMs(Math.round(clock.now()))));
      await Promise.race([interrupted(), guest.machine.failed]);
      return 0;
    }
    const ssh = await connectSsh(ctx, guest.login);
    let exitCode = 0;
    for (const command of commands) {
      const result = await ssh.exec(ctx, command, { limit: 120_000 });
      io.out(result.stdout);
      io.err(result.stderr);
      exitCode = result.exitCode;
      if (exitCode !== 0) break;
    }
    await ssh.close();
    return exitCode;
  } finally {
    await guest.close();
  }
}

function describe({ login, usbSocket, keyFile }: Guest, took: string): string {
  const port = 'port' in login ? login.port : 0;
  const unchecked = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null';
  return [
    `The guest runs after ${took}; Ctrl-C ends it.`,
    `  ssh -i ${keyFile} -p ${port} ${unchecked} root@127.0.0.1`,
    `  wwanlab modem serve --model mc7455 --usbredir unix:${usbSocket} --connect`,
    '',
  ].join('\n');
}

function interrupted(): Promise<void> {
  const interrupt = watchInterrupts();
  return new Promise<void>((resolve) => interrupt.onRequest(() => resolve())).finally(() =>
    interrupt.dispose(),
  );
}
