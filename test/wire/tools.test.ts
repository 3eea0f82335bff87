import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';

import { connectSsh } from '../../harness/transport/ssh.ts';
import { startGuest } from '../../harness/virtual/guest.ts';
import { startWwanlab } from '../support/cli.ts';
import { BUILD_LIMIT, ensureGuest, itInGuest, missingForGuest } from '../support/guest.ts';
import { printed } from '../support/programs.ts';
import { realCtx } from '../support/real-ctx.ts';
import { optionsOf, toolFailures, toolScript, toolTable, type ToolCall } from '../support/tool-table.ts';

const SECOND = 1_000;
/** `all`, or a model: every line of its tables, some minutes each. Otherwise a few lines on one model. */
const WANTED = process.env['WWANLAB_QMICLI'];

const tools = [
  { tool: 'qmicli', mode: 'qmi', table: toolTable('qmicli-1.32') },
  { tool: 'mbimcli', mode: 'mbim', table: toolTable('mbimcli-1.28') },
] as const;

const ctx = realCtx();
beforeAll(ensureGuest, BUILD_LIMIT);

/** What is asked in one go: the same modem with the same card. */
interface Round {
  readonly tool: string;
  readonly mode: string;
  readonly model: string;
  readonly sim: string;
  readonly calls: readonly ToolCall[];
}

function rounds(): readonly Round[] {
  return tools.flatMap(({ tool, mode, table }) => {
    const all = [...new Set(table.flatMap((call) => call.models))];
    const models = all.filter((model) => WANTED === 'all' || model === (WANTED ?? 'mc7455'));
    const sims = [...new Set(table.map(({ sim }) => sim))];
    return models
      .flatMap((model) => sims.map((sim) => ({ model, sim })))
      .map(({ model, sim }) => {
        const calls = table.filter(
          (call) => call.models.includes(model) && call.sim === sim && (WANTED !== undefined || call.quick),
        );
        return { tool, mode, model, sim, calls };
      })
      .filter(({ calls }) => calls.length > 0);
  });
}

describe("Debian's qmicli and mbimcli", () => {
  itInGuest(
    'get a value, or the error that a real modem gives, for every line of their tables',
    async () => {
      const machine = await startGuest(ctx, 'guest');
      const ssh = await connectSsh(ctx, machine.login);
      const modems: ChildProcess[] = [];
      try {
        const failures: string[] = [];
        for (const { tool, mode, model, sim, calls } of rounds()) {
          const usb = ['--usbredir', `unix:${machine.usbSocket}`, '--connect'];
          const modem = startWwanlab([
            'modem',
            'serve',
            '--model',
            model,
            '--mode',
            mode,
            '--sim',
            sim,
            ...usb,
          ]);
          modems.push(modem);
          await printed(modem, sim === 'ready' ? /registration circuit=home/ : /usb\.host/);
          const ready =
            'for i in $(seq 100); do [ -c /dev/cdc-wdm0 ] && break; usleep 100000; done; sleep 2\n';
          // As standard input: dropbear takes no command of this length.
          const { stdout } = await ssh.exec(ctx, 'sh', {
            stdin: Buffer.from(ready + toolScript(tool, calls)),
            limit: (60 + calls.length * 8) * SECOND,
          });
          failures.push(
            ...toolFailures(calls, stdout).map((text) => `${model}, SIM ${sim}: ${tool} ${text}`),
          );
          const gone = once(modem, 'exit');
          modem.kill('SIGTERM');
          await gone;
          await ssh.exec(ctx, 'for i in $(seq 100); do [ -c /dev/cdc-wdm0 ] || break; usleep 100000; done');
        }
        expect(failures).toEqual([]);
      } finally {
        for (const modem of modems) modem.kill('SIGKILL');
        await ssh.close();
        await machine.close();
      }
    },
    (WANTED === undefined ? 240 : 5_000) * SECOND,
  );
});

describe('the tables', () => {
  const withTools = missingForGuest === undefined ? it : it.skip;

  withTools('have a line for every option that these tools have for a modem', () => {
    const words =
      /^--(?!help|version|verbose|silent|device(?!-set)|client-|link-|set-expected|loc-session|loc-timeout|no-open|no-close)/;
    for (const { tool, table } of tools) {
      const named = new Set(table.flatMap(({ options }) => options.match(/--[a-z0-9-]+/g) ?? []));
      expect(optionsOf(tool, words).filter((option) => !named.has(option))).toEqual([]);
    }
  });
});
