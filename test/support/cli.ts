import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { TimelineEvent } from '../../harness/core/timeline.ts';
import { projectRoot } from './sources.ts';

const MAIN = join(projectRoot, 'dist/harness/cli/main.js');
const STATE = join(projectRoot, 'node_modules/.cache/wwanlab-state', String(process.pid));

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line to its end. */
export function wwanlab(argv: readonly string[], input = ''): Promise<CliResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...argv],
      { cwd: projectRoot, maxBuffer: 1 << 26, env: plainEnvironment() },
      (error, stdout, stderr) => resolve({ exitCode: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined); // a command that does not read closes the pipe first
    child.stdin?.end(input);
  });
}

/** Starts the built command line and leaves it running. @param stdout a file descriptor; left out: a pipe */
export function startWwanlab(argv: readonly string[], stdout: number | 'pipe' = 'pipe'): ChildProcess {
  const options = { cwd: projectRoot, env: plainEnvironment() };
  return spawn(process.execPath, [MAIN, ...argv], { ...options, stdio: ['pipe', stdout, 'pipe'] });
}

/** Starts a command on a terminal, closes that once `text` is seen on it, and gives what the command ended with: -1 is SIGHUP. */
export async function hangUpOn(argv: readonly string[], text: string): Promise<number> {
  const options = { cwd: projectRoot, env: plainEnvironment() };
  const { stdout } = await promisify(execFile)(
    'python3',
    ['-c', HANG_UP, text, process.execPath, MAIN, ...argv],
    options,
  );
  return Number(stdout);
}

const HANG_UP = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[2], sys.argv[2:])
seen = b''
while sys.argv[1].encode() not in seen: seen += os.read(terminal, 4096)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

// The tests' own Jest leaves NODE_OPTIONS and the like behind, which a user's shell would not have.
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, FORCE_COLOR: _colour, ...rest } = process.env;
  // Leases of a process's tests are its own: they stay out of the user's state.
  return { ...rest, NO_COLOR: '1', WWANLAB_STATE: STATE };
}

/** A folder for reports that goes away with `remove`. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'wwanlab-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The only run directory in a reports folder. */
export function onlyRun(reports: string): string {
  const runs = readdirSync(reports).filter((name) => existsSync(join(reports, name, 'timeline.jsonl')));
  if (runs.length !== 1)
    throw new Error(`expected one run in ${reports}, found ${runs.join(', ') || 'none'}`);
  return join(reports, runs[0] as string);
}

export function readTimelineFile(run: string): TimelineEvent[] {
  const lines = readFileSync(join(run, 'timeline.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as TimelineEvent);
}
