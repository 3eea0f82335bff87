import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { temporaryFolder, wwanlab } from '../support/cli.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const HEALTHY = `kind: sim
title: a rig with a fault in the lab
router:
  board: gl-mifi-2.2
  firmware: glinet-2018
modem:
  model: ec25-a
connection:
  apn: internet
`;

const cases = [
  { name: 'ssh-dies', lines: 'faults:\n  - kind: ssh.die\n    duringCommand: 5\n', code: 'ssh.closed' },
  { name: 'ssh-hangs', lines: 'faults:\n  - kind: ssh.hang\n    duringCommand: 5\n', code: 'ssh.hung' },
];

interface Summary {
  readonly verdicts: readonly { outcome: string; code?: string; blame?: string; message: string }[];
}

describe('a fault of the lab', () => {
  it.each(cases)('($name) is an error, never a failure', async ({ name, lines, code }) => {
    const rig = join(folder.path, `${name}.rig.yaml`);
    writeFileSync(rig, HEALTHY + lines);
    const result = await wwanlab([
      'run',
      '--rig',
      rig,
      '--suite',
      'connect/ppp',
      '--out',
      folder.path,
      '--json',
    ]);
    expect({ exitCode: result.exitCode, stderr: result.stderr }).toMatchObject({ exitCode: 2 });
    expect((JSON.parse(result.stdout) as Summary).verdicts).toMatchObject([
      { outcome: 'error', code, blame: 'rig' },
    ]);
  });

  it('(another host key than the pinned one) is an error that shows both keys', async () => {
    const rig = join(folder.path, 'host-key.rig.yaml');
    const pin = 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
    writeFileSync(rig, HEALTHY.replace('firmware: glinet-2018', `firmware: glinet-2018\n  hostKey: ${pin}`));
    const result = await wwanlab([
      'run',
      '--rig',
      rig,
      '--suite',
      'connect/ppp',
      '--out',
      folder.path,
      '--json',
    ]);
    expect(result.exitCode).toBe(2);
    const [verdict] = (JSON.parse(result.stdout) as Summary).verdicts;
    expect(verdict).toMatchObject({ outcome: 'error', code: 'ssh.host-key-mismatch' });
    expect(verdict?.message).toContain(pin);
  });

  it('(a broken rig file) is an error with line and column', async () => {
    const rig = join(folder.path, 'broken.rig.yaml');
    writeFileSync(rig, HEALTHY.replace('model: ec25-a', 'model: ec52-a'));
    const result = await wwanlab(['run', '--rig', rig, '--out', folder.path]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('broken.rig.yaml:7:10');
    expect(result.stderr).toContain('ec25-a');
  });

  it('(a suite that can not be loaded) is an error', async () => {
    const suite = join(folder.path, 'bad.suite.ts');
    writeFileSync(suite, "import { rigTest } from 'wwanlab/runner';\nrigTest('x', {");
    const args = [
      'run',
      '--rig',
      'sim-mifi22-ec25',
      '--suite',
      suite,
      '--out',
      join(folder.path, 'bad'),
      '--json',
    ];
    const result = await wwanlab(args);
    expect(result.exitCode).toBe(2);
    expect((JSON.parse(result.stdout) as Summary).verdicts).toMatchObject([
      { outcome: 'error', code: 'suite.unloadable' },
    ]);
  });

  it('(a suite kept elsewhere whose expectation fails) is a failure of the device', async () => {
    mkdirSync(join(folder.path, 'elsewhere'), { recursive: true });
    const suite = join(folder.path, 'elsewhere', 'leds.suite.ts');
    writeFileSync(
      suite,
      `import { rigTest, minutes } from 'wwanlab/runner';
       rigTest('has a hundred LEDs', { requires: [], limit: minutes(1) }, async ({ ctx, rig }) => {
         const leds = await rig.router.exec(ctx, ['ls', '/sys/class/leds']);
         expect(leds.stdout.trim().split('\\n')).toHaveLength(100);
         return { outcome: 'pass', message: 'never' };
       });`,
    );
    const args = [
      'run',
      '--rig',
      'sim-mifi22-ec25',
      '--suite',
      suite,
      '--out',
      join(folder.path, 'leds'),
      '--json',
    ];
    const result = await wwanlab(args);
    expect(result.exitCode).toBe(1);
    expect((JSON.parse(result.stdout) as Summary).verdicts).toMatchObject([
      { outcome: 'fail', blame: 'dut' },
    ]);
  });
});
