import { createRedactor } from '../core/redact.ts';
import { Timeline } from '../core/timeline.ts';
import { createVirtualClock } from '../core/virtual-clock.ts';
import type { RigFile } from '../lab/rig-file.ts';
import type { RunDirectory } from '../report/run-directory.ts';
import { openTimelineFile } from '../report/timeline-file.ts';
import { startRigChild, type ChildEnd } from '../runner/child.ts';
import type { ChildPlan, Progress } from '../runner/plan.ts';
import type { Finding, Verdict } from '../verdict/verdict.ts';
import type { Interrupt } from './interrupt.ts';
import type { ProgressView } from './progress.ts';
import type { RunRequest } from './request.ts';
import { rigRecordOf } from './rig-parts.ts';
import { watchForStall } from './stall.ts';

/** Runs the suites on one rig, in a Jest process of its own, between `rig.begin` and `rig.end` on the timeline. */
export async function runRig(
  request: RunRequest,
  rig: RigFile,
  directory: RunDirectory,
  progress: ProgressView,
  interrupt: Interrupt,
): Promise<void> {
  // Without the file's path: the timeline says what was run, the same on every machine.
  const { path: _path, ...named } = rigRecordOf(rig);
  record(directory, 'rig.begin', [named]);
  progress.rig(rig.id);
  const ended = new Set<string>();
  const onProgress = (message: Progress): void => {
    if (message.type === 'test.end') ended.add(message.suite);
    progress.take(message);
  };
  const plan = planOf(request, rig, directory);
  const end = await runChild({ plan, logsDirectory: directory.logs, onProgress }, interrupt);
  if (!interrupt.requested) {
    const silent = request.suites.filter(({ id }) => !ended.has(id));
    const verdicts = silent.map(({ id }) => noVerdict(request, rig, id, end));
    record(directory, 'rig.error', verdicts);
    for (const verdict of verdicts) progress.take({ type: 'test.end', ...verdict });
  }
  record(directory, 'rig.end', [{ rig: rig.id, ...end }]);
}

export function planOf(request: RunRequest, rig: RigFile, directory: RunDirectory): ChildPlan {
  const { seed, repeat, set, wait } = request;
  const suites = Object.fromEntries(request.suites.map(({ id, path }) => [path, id]));
  const named = { rig: rig.path, seed, repeat, set, runDirectory: directory.path, suites };
  return { mode: 'run', ...named, ...(wait === undefined ? {} : { wait }) };
}

/** Ctrl-C stops the child, which brings a real rig back first; insisting kills it. A simulated rig lives in its memory. */
export async function runChild(
  options: Parameters<typeof startRigChild>[0],
  interrupt: Interrupt,
): Promise<ChildEnd> {
  const child = startRigChild(options);
  interrupt.onRequest((again) => child.kill(again ? 'SIGKILL' : 'SIGTERM'));
  const stall = watchForStall(options.plan.runDirectory, () => child.kill('SIGKILL'));
  try {
    return await child.ended;
  } finally {
    stall.stop();
    interrupt.onRequest(undefined);
  }
}

/** A suite that left no verdict must not vanish from the report. */
function noVerdict({ seed }: RunRequest, rig: RigFile, suite: string, end: ChildEnd): Finding & TestName {
  const how = end.signal === null ? `exit code ${String(end.exitCode)}` : end.signal;
  return {
    outcome: 'error',
    message: `no verdict: the process that ran the suites ended with ${how}`,
    code: 'run.no-verdict',
    blame: 'harness',
    hint: 'see logs/jest.log in the run directory',
    rig: rig.id,
    suite,
    title: 'leaves a verdict',
    repetition: 1,
    seed,
    tookMs: 0,
  };
}

type TestName = Pick<Verdict, 'rig' | 'suite' | 'title' | 'repetition' | 'seed' | 'tookMs'>;

/** Writes while no child does: `seq` goes on from the last event in the file. */
function record(directory: RunDirectory, kind: string, all: readonly unknown[]): void {
  const file = openTimelineFile(directory.path);
  const write = (line: string): void => file.write(line);
  const timeline = new Timeline({
    clock: createVirtualClock(), // stands at 0: the same run must leave the same lines
    redact: createRedactor(),
    write,
    firstSeq: file.nextSeq,
  });
  for (const data of all) timeline.add('run', kind, data);
  file.close();
}
