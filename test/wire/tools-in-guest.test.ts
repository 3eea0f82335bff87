import type { ChildProcess } from 'node:child_process';
import { beforeAll, describe, expect } from '@jest/globals';

import { connectSsh } from '../../harness/transport/ssh.ts';
import { startGuest } from '../../harness/virtual/guest.ts';
import { startWwanlab } from '../support/cli.ts';
import { ensureGuest, longTestInGuest } from '../support/guest.ts';
import { end, printed } from '../support/programs.ts';
import { patientCtx, realCtx } from '../support/real-ctx.ts';
import { roundsOf, toolFailures, toolScript } from '../support/tool-table.ts';

const SECOND = 1_000;
/** `all`, or a model: every line of its tables, some minutes each. */
const LONG = 'WWANLAB_QMICLI';
const WANTED = process.env[LONG];

const ctx = realCtx();
const DEVICE = '/dev/cdc-wdm0';

describe("Debian's qmicli and mbimcli in a guest", () => {
  if (WANTED !== undefined) beforeAll(ensureGuest);
  longTestInGuest(LONG)(
    'get a value, or the error that a real modem gives, for every line of their tables',
    async () => {
      const machine = await startGuest(ctx, 'guest');
      const ssh = await connectSsh(patientCtx(), machine.login);
      const usb = ['--usbredir', `unix:${machine.usbSocket}`, '--connect'];
      const modems: ChildProcess[] = [];
      const ask = async ({ tool, mode, model, sim, calls }: ReturnType<typeof roundsOf>[number]) => {
        const served = ['modem', 'serve', '--model', model, '--mode', mode, '--sim', sim, ...usb];
        const modem = startWwanlab(served);
        modems.push(modem);
        await printed(modem, sim === 'ready' ? /registration circuit=home/ : /usb\.host/);
        const ready = `for i in $(seq 100); do [ -c ${DEVICE} ] && break; usleep 100000; done; sleep 2\n`;
        // As standard input: dropbear takes no command of this length.
        const { stdout } = await ssh.exec(ctx, 'sh', {
          stdin: Buffer.from(ready + toolScript({ tool, device: DEVICE, patience: 5 }, calls)),
          limit: (60 + calls.length * 8) * SECOND,
        });
        await end(modem);
        await ssh.exec(ctx, `for i in $(seq 100); do [ -c ${DEVICE} ] || break; usleep 100000; done`);
        return toolFailures(calls, stdout).map((text) => `${model}, SIM ${sim}: ${tool} ${text}`);
      };
      try {
        const failures: string[] = [];
        for (const round of roundsOf(WANTED ?? 'all')) failures.push(...(await ask(round)));
        expect(failures).toEqual([]);
      } finally {
        for (const modem of modems) modem.kill('SIGKILL');
        await ssh.close();
        await machine.close();
      }
    },
    5_000 * SECOND,
  );
});
