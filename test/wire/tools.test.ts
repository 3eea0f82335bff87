import { execFile } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

import { has } from '../support/has.ts';
import { itWith } from '../support/it-with.ts';
import { openTerminalModem } from '../support/terminal-modem.ts';
import { optionsOf, roundsOf, toolFailures, toolScript, toolTables } from '../support/tool-table.ts';

const programs = toolTables.map(({ tool }) => tool);
/** `all`, or a model: every line; otherwise one model, without what takes seconds. In a guest: tools-in-guest.test.ts. */
const WANTED = process.env['WWANLAB_QMICLI'];

// A terminal does not say what speaks on it.
const command: Readonly<Record<string, string>> = { qmicli: 'qmicli --device-open-qmi' };

function sh(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', script], { maxBuffer: 1 << 24 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
}

describe("Debian's qmicli and mbimcli on a terminal that the modem answers on", () => {
  itWith('python3', ...programs)(
    'get a value, or the error that a real modem gives, for every line of their tables',
    async () => {
      const rounds = roundsOf(
        WANTED ?? 'mc7455',
        ({ kernel, slow }) => !kernel && (WANTED !== undefined || !slow),
      );
      const asked = rounds.map(async ({ tool, mode, model, sim, calls }) => {
        const { path: device, close } = await openTerminalModem(model, mode, sim);
        const printed = await sh(toolScript({ tool: command[tool] ?? tool, device, patience: 1 }, calls));
        await close();
        return toolFailures(calls, printed).map((text) => `${model}, SIM ${sim}: ${tool} ${text}`);
      });
      expect((await Promise.all(asked)).flat()).toEqual([]);
    },
  );
});

describe('the tables', () => {
  const withTools = programs.every(has) ? it : it.skip;

  withTools('have a line for every option that these tools have for a modem', () => {
    const words =
      /^--(?!help|version|verbose|silent|device(?!-set)|client-|link-|set-expected|loc-session|loc-timeout|no-open|no-close)/;
    for (const { tool, table } of toolTables) {
      const named = new Set(table.flatMap(({ options }) => options.match(/--[a-z0-9-]+/g) ?? []));
      expect(optionsOf(tool, words).filter((option) => !named.has(option))).toEqual([]);
    }
  });
});
