import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, it } from '@jest/globals';

import { onlyRun, temporaryFolder } from '../support/cli.ts';
import { projectRoot } from '../support/sources.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** node_modules of another project: this package as `npm pack` would put it there, and its dependencies. */
function install(): string {
  const modules = join(folder.path, 'node_modules');
  const home = join(modules, 'wwanlab');
  mkdirSync(home, { recursive: true });
  for (const part of ['package.json', 'dist/harness', 'suites', 'rigs']) {
    cpSync(join(projectRoot, part), join(home, part), { recursive: true });
  }
  for (const name of readdirSync(join(projectRoot, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(projectRoot, 'node_modules', name), join(modules, name));
  }
  return join(home, 'dist/harness/cli/main.js');
}

it('installed as a dependency it runs its own suites and those of the project around it', async () => {
  const main = install();
  writeFileSync(
    join(folder.path, 'uptime.suite.ts'),
    `import { rigTest, minutes, type Finding } from 'wwanlab/runner';
     rigTest('has been up for a while', { requires: [], limit: minutes(1) }, async ({ ctx, rig }): Promise<Finding> => {
       const { uptimeMs } = await rig.router.boot(ctx);
       return { outcome: uptimeMs > 0 ? 'pass' : 'fail', message: 'up' };
     });`,
  );
  const out = join(folder.path, 'reports');
  const args = ['run', '--rig', 'sim-mifi22-ec25', '--suite', 'connect/ppp', '--suite', 'uptime.suite.ts'];
  await new Promise<void>((resolve) => {
    execFile(process.execPath, [main, ...args, '--out', out], { cwd: folder.path }, () => resolve());
  });
  const { verdicts } = JSON.parse(readFileSync(join(onlyRun(out), 'run.json'), 'utf8')) as {
    verdicts: { suite: string; outcome: string }[];
  };
  expect(verdicts).toMatchObject([
    { suite: 'connect/ppp', outcome: 'pass' },
    { suite: 'uptime', outcome: 'pass' },
  ]);
});
