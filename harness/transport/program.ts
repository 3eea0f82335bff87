import { spawn } from 'node:child_process';

import { raceAbort, type Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import type { Ms } from '../core/units.ts';

/** What a program on this machine left behind. */
export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Characters of each stream that are kept. */
const KEPT = 64 * 1024;

/**
 * Runs a program of this machine, word by word and without a shell, and waits for its end. What takes longer than
 * `limit` is killed.
 * @throws HarnessError `program.not-started` where it is not installed, `program.killed` when a signal ended it
 */
export function runProgram(ctx: Ctx, argv: readonly string[], limit: Ms): Promise<ProgramResult> {
  const [program = '', ...args] = argv;
  return ctx.within(limit, `${program} ends`, async ({ signal }) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8');
      child[stream].on('data', (text: string) => (said[stream] = (said[stream] + text).slice(-KEPT)));
    }
    const ended = new Promise<ProgramResult>((resolve, reject) => {
      child.once('error', (error) => reject(notStarted(program, error)));
      child.once('close', (code, how) =>
        code === null ? reject(killed(program, how)) : resolve({ exitCode: code, ...said }),
      );
    });
    try {
      return await raceAbort(ctx.clock.outside(ended), signal);
    } finally {
      child.kill('SIGKILL');
    }
  });
}

const notStarted = (program: string, cause: Error): HarnessError =>
  new HarnessError(`${program} could not be started: ${cause.message}`, {
    code: 'program.not-started',
    blame: 'rig',
    effect: 'none',
    hint: `is it installed on this machine? try: command -v ${program}`,
    cause,
  });

const killed = (program: string, how: string | null): HarnessError =>
  new HarnessError(`${program} was ended by ${how ?? 'a signal'}`, {
    code: 'program.killed',
    blame: 'rig',
    effect: 'unknown',
  });
