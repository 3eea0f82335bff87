import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';

import { onlyRun, startWwanlab, temporaryFolder, wwanlab } from '../support/cli.ts';
import { processesWith } from '../support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('wrong usage', () => {
  it.each([
    { argv: ['run', '--rig', 'sim-mifi22-ec52'], says: 'sim-mifi22-ec25' },
    { argv: ['run', '--suite', 'connect/pp'], says: 'connect/ppp' },
    { argv: ['mode', 'sim-mifi22-ec25', 'mbin'], says: 'did you mean "mbim"?' },
    { argv: ['run', '--set', 'soak.hours'], says: 'soak.hours' },
    { argv: ['run', '--set', 'soak.hourz=2'], says: 'soak.hours' },
    { argv: ['run', '--set', 'soak.hours=many'], says: 'soak.hours' },
    { argv: ['run', '--seed'], says: 'seed' },
    { argv: ['run', '--repeat', '0'], says: 'repeat' },
    { argv: ['run', '--colour'], says: 'colour' },
    { argv: ['rigs'], says: 'rigs' },
    { argv: ['dance'], says: 'dance' },
    { argv: ['diagnose'], says: 'diagnose' },
  ])('$argv exits with 64 and names what is wrong', async ({ argv, says }) => {
    const result = await wwanlab([...argv, ...(argv[0] === 'run' ? ['--out', folder.path] : [])]);
    expect({ exitCode: result.exitCode, stdout: result.stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(result.stderr).toContain(says);
    expect(result.stderr).not.toMatch(/\n\s+at /); // no stack trace
  });
});

describe('help', () => {
  it('is also a word, before a command or alone', async () => {
    for (const command of [[], ['modem', 'serve']]) {
      const [asWord, asOption] = await Promise.all([
        wwanlab(['help', ...command]),
        wwanlab([...command, '--help']),
      ]);
      expect(asWord).toMatchObject({ exitCode: 0, stdout: asOption.stdout, stderr: '' });
    }
  });

  it('about a command that there is not is that of everything', async () => {
    expect((await wwanlab(['help', 'dance'])).stdout).toContain('Commands:');
  });
});

describe('bad input', () => {
  it('flash does not begin with a simulated router, and leaves the catalogue as it was', async () => {
    const image = join(folder.path, 'image.bin');
    writeFileSync(image, 'no image');
    const result = await wwanlab(['flash', 'sim-mifi22-ec25', image]);
    expect({ ...result, stderr: '' }).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(/has no flash to write to\n {2}without hardware/);
  });

  it('that is no text gets a clear message from diagnose', async () => {
    const path = join(folder.path, 'junk');
    writeFileSync(path, Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 7919) & 0xff)));
    const result = await wwanlab(['diagnose', path]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/not text/);
  });

  it('that is missing is named', async () => {
    const result = await wwanlab(['diagnose', join(folder.path, 'nowhere')]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('nowhere');
  });

  it('comes from standard input with "-"', async () => {
    const log = 'daemon.info pppd[1]: hello\n';
    const result = await wwanlab(['diagnose', '-', '--json'], log);
    expect(JSON.parse(result.stdout)).toMatchObject({ abstains: expect.anything() });
  });

  it('of a reports folder that can not be written is an error before anything runs', async () => {
    const path = join(folder.path, 'file-not-folder');
    writeFileSync(path, '');
    const result = await wwanlab(['run', '--rig', 'sim-mifi22-ec25', '--out', path]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('file-not-folder');
    if (process.getuid?.() === 0) return; // root writes everywhere
    const readOnly = join(folder.path, 'read-only');
    mkdirSync(readOnly);
    chmodSync(readOnly, 0o500);
    expect((await wwanlab(['run', '--rig', 'sim-mifi22-ec25', '--out', readOnly])).exitCode).toBe(2);
  });
});

describe('an interrupted run', () => {
  it.each(['SIGINT', 'SIGKILL'] as const)(
    'by %s leaves a readable directory and no process',
    async (signal) => {
      const out = join(folder.path, signal);
      const args = [
        'run',
        '--rig',
        'sim-mifi22-ec25',
        '--suite',
        'stability/soak',
        '--set',
        'soak.hours=2000',
      ];
      const child = startWwanlab([...args, '--out', out]);
      let output = '';
      child.stdout?.on('data', (chunk) => (output += String(chunk)));
      child.stderr?.on('data', (chunk) => (output += String(chunk)));
      await timelineHas(out, '"probe"');
      const run = onlyRun(out);
      const closed = once(child, 'close');
      child.kill(signal);
      const [exitCode, died] = (await closed) as [number | null, NodeJS.Signals | null];
      await grandchildrenGone(run);
      if (signal === 'SIGINT') {
        expect([exitCode, died]).toEqual([null, 'SIGINT']); // a shell says 130, and leaves a loop around it
        expect(output).toMatch(/interrupted/i);
        expect(existsSync(join(run, 'junit.xml'))).toBe(true);
      }
      const again = await wwanlab(['diagnose', run, '--json']);
      expect(JSON.parse(again.stdout)).toHaveProperty('subject');
    },
  );
});

async function timelineHas(out: string, text: string): Promise<void> {
  for (;;) {
    const runs = existsSync(out) ? readdirSync(out) : [];
    const file = runs.map((name) => join(out, name, 'timeline.jsonl')).find((path) => existsSync(path));
    if (file && readFileSync(file, 'utf8').includes(text)) return;
    await new Promise((resolve) => setTimeout(resolve, 20)); // polls a file that another process writes
  }
}

/** The run's Jest has the folder of its report in its command line. */
async function grandchildrenGone(run: string): Promise<void> {
  while (processesWith(run).length > 0) await new Promise((resolve) => setTimeout(resolve, 50)); // watches another process end
}
