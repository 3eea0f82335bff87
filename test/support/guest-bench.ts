import type { Ctx } from '../../harness/core/ctx.ts';
import { connectSsh } from '../../harness/transport/ssh.ts';
import { startGuest, type Guest } from '../../harness/virtual/guest.ts';
import { startWwanlab } from './cli.ts';
import { end, printed } from './programs.ts';
import { patientCtx } from './real-ctx.ts';

/** One guest, for modems that are plugged into it one after the other. */
export interface GuestBench {
  readonly guest: Guest;
  /** Runs lines of shell in the guest; what they print on standard output. */
  run(script: string): Promise<string>;
  /** `modem serve` with these arguments until `body` is through, which gets what it said before it had a network. */
  withModem(args: readonly string[], body: (said: string) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** For a machine that is busy with others. */
const LIMIT = 500_000;

/** Waits until a shell condition holds, at most `seconds`, which is there for what never comes. */
export function until(condition: string, seconds = 60): string {
  return `for i in $(seq ${seconds * 10}); do ${condition} && break; usleep 100000; done`;
}

export async function startGuestBench(ctx: Ctx): Promise<GuestBench> {
  const guest = await startGuest(ctx, 'guest');
  const ssh = await connectSsh(patientCtx(), guest.login);
  const run = async (script: string): Promise<string> => {
    // As standard input: dropbear takes no command of this length. What stays behind must not hold the channel.
    const command = 'cat >/tmp/script; sh /tmp/script >/tmp/printed 2>&1 </dev/null; cat /tmp/printed';
    const { stdout } = await ssh.exec(ctx, command, { stdin: Buffer.from(script), limit: LIMIT });
    return stdout;
  };
  return {
    guest,
    run,
    withModem: async (args, body) => {
      const modem = startWwanlab(['modem', 'serve', ...args]);
      try {
        const [said] = await printed(modem, /[^]*registration circuit=home/);
        await body(said);
      } finally {
        await end(modem);
        await run(until('[ ! -d /sys/class/net/wwan0 ]'));
      }
    },
    close: async () => {
      await ssh.close();
      await guest.close();
    },
  };
}
