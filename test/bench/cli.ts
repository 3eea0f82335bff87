import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { onlyRun, temporaryFolder } from '../support/cli.ts';
import { projectRoot } from '../support/sources.ts';
import { atMost, median, type Figure } from './figure.ts';

const MAIN = join(projectRoot, 'dist/harness/cli/main.js');

/** Whole processes: what a user waits for. */
export async function benchCli(): Promise<Figure[]> {
  const folder = temporaryFolder();
  try {
    const helps: number[] = [];
    for (let i = 0; i < 7; i++) helps.push((await timed(['--help'])).totalMs);
    const first = await timed(['run', '--out', join(folder.path, 'default')]);
    const soak = ['run', '--rig', 'sim-mifi22-ec25', '--suite', 'stability/soak', '--set', 'soak.hours=24'];
    const [a, b] = [join(folder.path, 'a'), join(folder.path, 'b')];
    const day = await timed([...soak, '--out', a]);
    const again = await timed([...soak, '--out', b]);
    const same = timelineOf(a) === timelineOf(b);
    return [
      atMost('wwanlab --help, median of 7', median(helps), 'ms', 250),
      atMost('wwanlab run, default rigs and suites: first line', first.firstByteMs, 'ms', 2_000),
      atMost('wwanlab run, default rigs and suites: all', first.totalMs / 1_000, 's', 30),
      atMost('24 h soak, one probe a second', Math.min(day.totalMs, again.totalMs) / 1_000, 's', 20),
      atMost('24 h soak twice with one seed: timelines that differ', same ? 0 : 1, '', 0),
    ];
  } finally {
    folder.remove();
  }
}

function timelineOf(out: string): string {
  return readFileSync(join(onlyRun(out), 'timeline.jsonl'), 'utf8');
}

function timed(argv: readonly string[]): Promise<{ readonly totalMs: number; readonly firstByteMs: number }> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let firstByteMs = NaN;
    const child = spawn(process.execPath, [MAIN, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
    const first = (): void => {
      if (Number.isNaN(firstByteMs)) firstByteMs = performance.now() - start;
    };
    child.stdout.on('data', first);
    child.stderr.on('data', first);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ totalMs: performance.now() - start, firstByteMs });
      else reject(new Error(`wwanlab ${argv.join(' ')} ended with ${code}`));
    });
  });
}
