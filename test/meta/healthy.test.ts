import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { onlyRun, temporaryFolder, wwanlab, type CliResult } from '../support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('the default run', () => {
  let result: CliResult;
  const out = join(folder.path, 'first');

  beforeAll(async () => {
    result = await wwanlab(['run', '--out', out]);
  });

  it('passes on every healthy rig, and says in the end where its report is', () => {
    expect({ exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ exitCode: 0 });
    const run = onlyRun(out);
    expect(result.stdout).toContain(join(run, 'junit.xml'));
    const { verdicts } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as {
      verdicts: { rig: string; suite: string; outcome: string }[];
    };
    expect(new Set(verdicts.map((v) => v.rig)).size).toBe(5);
    const of = (outcome: string): string[] =>
      verdicts.filter((v) => v.outcome === outcome).map(({ rig, suite }) => `${rig} ${suite}`);
    // The firmware of 2018 has neither umbim nor cdc_ether, and its kernel no raw IP for the QMI of modems since MDM9x30;
    // of Sierra's modems none has ECM here.
    const beyond = {
      'sim-mifi22-aircard-340u': ['connect/ecm', 'connect/mbim', 'mode/swap'],
      'sim-mifi22-ec25': ['connect/ecm', 'connect/mbim', 'connect/qmi', 'mode/swap'],
      'sim-mifi22-mc7455': ['connect/ecm', 'connect/mbim', 'connect/qmi', 'mode/swap'],
      'sim-mifi25-ec25': [],
      'sim-mifi25-mc7455': ['connect/ecm'],
    };
    expect(of('skip')).toEqual(
      Object.entries(beyond).flatMap(([rig, suites]) => suites.map((suite) => `${rig} ${suite}`)),
    );
    expect(of('pass')).toHaveLength(28);
    expect(verdicts).toHaveLength(40);
  });

  it('gives the same timeline for the same seed, byte for byte, and another for another', async () => {
    const timeline = async (name: string, seed: string): Promise<string> => {
      const args = ['run', '--rig', 'sim-mifi22-ec25', '--seed', seed, '--set', 'soak.hours=0.2'];
      await wwanlab([...args, '--set', 'reload.windows=8', '--out', join(folder.path, name)]);
      return readFileSync(join(onlyRun(join(folder.path, name)), 'timeline.jsonl'), 'utf8');
    };
    const [a, b, c] = [await timeline('a', '7'), await timeline('b', '7'), await timeline('c', '8')];
    expect(a === b).toBe(true);
    expect(a === c).toBe(false);
    expect(a.split('\n').length).toBeGreaterThan(1_000);
  });
});
