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
      atMost('24 h soak, one probe a second: CPU', Math.min(day.cpuS, again.cpuS), 's', 20),
      atMost('24 h soak twice with one seed: timelines that differ', same ? 0 : 1, '', 0),
    ];
  } finally {
    folder.remove();
  }
}

function timelineOf(out: string): string {
  return readFileSync(join(onlyRun(out), 'timeline.jsonl'), 'utf8');
}

interface Timed {
  readonly totalMs: number;
  readonly firstByteMs: number;
  /** Of the process and all that it started and waited for. */
  readonly cpuS: number;
}

function timed(argv: readonly string[]): Promise<Timed> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let firstByteMs = NaN;
    // The shell's `times` knows the CPU of children and theirs; Node only that of this process.
    const shell = ['-c', '"$@"; code=$?; times >&3; exit $code', 'sh', process.execPath, MAIN, ...argv];
    const child = spawn('/bin/sh', shell, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    let times = '';
    child.stdio[3]?.on('data', (bytes: Buffer) => (times += bytes.toString()));
    const first = (): void => {
      if (Number.isNaN(firstByteMs)) firstByteMs = performance.now() - start;
    };
    child.stdout?.on('data', first);
    child.stderr?.on('data', first);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ totalMs: performance.now() - start, firstByteMs, cpuS: childrenCpu(times) });
      else reject(new Error(`wwanlab ${argv.join(' ')} ended with ${code}`));
    });
  });
}

/** Seconds, user and system, out of the second line that `times` prints: `0m5.620s 0m0.610s` (POSIX, times). */
function childrenCpu(times: string): number {
  const spent = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  if (spent.length !== 2) throw new Error(`the shell's times printed ${JSON.stringify(times)}`);
  return spent.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}
