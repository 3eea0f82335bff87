import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';

import { HarnessError, messageOf, type ErrorCode } from '../core/errors.ts';
import {
  diagnose as diagnoseLines,
  diagnoseTimeline,
  readLog,
  renderDiagnosis,
  type Diagnosis,
} from '../diagnosis/index.ts';
import { isRunDirectory, isTimeline, readTimeline, timelinePath } from '../report/timeline-file.ts';
import { recordedTests } from '../report/verdicts.ts';
import { caseName } from '../report/junit.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';

/** A log is read as a whole; a day of chatty syslog is some 10 MiB. */
const MOST_BYTES = 256 * 1024 * 1024;
const ABSTAINS = 3;

/** `diagnose FILE|RUN`: 0 where it can say something, 3 where the evidence does not settle it. */
export async function diagnose(args: Arguments, io: Io): Promise<number> {
  const target = args.positionals[0] as string;
  const timeline = timelineAt(target);
  if (timeline !== undefined) return showRun(diagnoseRun(timeline), args, io);
  const bytes = await (target === '-' ? readBytes(process.stdin, 'standard input') : readLogFile(target));
  const diagnosis = diagnoseLines(readLog(bytes));
  io.out(args.flag('json') ? toJson(diagnosis) : renderDiagnosis(diagnosis) + '\n');
  return exitCodeFor([diagnosis]);
}

interface TestDiagnosis {
  readonly rig: string;
  readonly suite: string;
  readonly title: string;
  readonly repetition: number;
  readonly outcome: string;
  readonly message: string;
  readonly diagnosis: Diagnosis;
}

function showRun(tests: readonly TestDiagnosis[], args: Arguments, io: Io): number {
  const worst = tests.find(({ outcome }) => outcome !== 'pass' && outcome !== 'skip') ?? tests[0];
  if (args.flag('json')) {
    io.out(toJson({ ...worst?.diagnosis, tests }));
  } else {
    for (const test of tests) {
      const { suite, outcome, message, diagnosis } = test;
      io.out(`# ${caseName(test)} (${suite}): ${outcome}, ${message}\n${renderDiagnosis(diagnosis)}\n\n`);
    }
  }
  return exitCodeFor(tests.map(({ diagnosis }) => diagnosis));
}

const exitCodeFor = (diagnoses: readonly Diagnosis[]): number =>
  diagnoses.some(({ abstains }) => abstains) ? ABSTAINS : 0;

const toJson = (value: unknown): string => JSON.stringify(value, null, 2) + '\n';

/** What did not pass in a run; where all passed, every test. */
function diagnoseRun(path: string): TestDiagnosis[] {
  const all: TestDiagnosis[] = [];
  for (const { verdict, events } of recordedTests(readTimeline(path))) {
    const { rig, suite, title, repetition, outcome, message } = verdict;
    if (outcome === 'skip') continue;
    all.push({ rig, suite, title, repetition, outcome, message, diagnosis: diagnoseTimeline(events) });
  }
  if (all.length === 0)
    throw refusal('no-tests', `${path}: no test was begun in this run`, 'look into logs/jest.log');
  const bad = all.filter(({ outcome }) => outcome !== 'pass');
  return bad.length > 0 ? bad : all;
}

/** The timeline that the argument stands for; undefined where it is a log. */
function timelineAt(target: string): string | undefined {
  if (target === '-') return undefined;
  const stat = statSync(target, { throwIfNoEntry: false });
  if (!stat)
    throw refusal(
      'missing',
      `${target}: there is no such file`,
      'give a log file, a run directory, or - for standard input',
    );
  if (stat.isDirectory()) {
    if (isRunDirectory(target)) return timelinePath(target);
    throw refusal(
      'no-run',
      `${target}: is a folder without timeline.jsonl, so it is no run`,
      `a run is a folder such as ${join('reports', '2026-11-23T20-38-25-abc')}`,
    );
  }
  return stat.isFile() && isTimeline(target) ? target : undefined;
}

/** Read as a stream: a pipe or a device has no size to look at first. */
async function readLogFile(path: string): Promise<Uint8Array> {
  try {
    return await readBytes(createReadStream(path), path);
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw refusal(
      'unreadable',
      `${path}: cannot be read: ${messageOf(error)}`,
      'check who may read it',
      error,
    );
  }
}

async function readBytes(stream: AsyncIterable<string | Uint8Array>, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    chunks.push(bytes);
    length += bytes.length;
    if (length > MOST_BYTES) throw tooBig(name);
  }
  return Buffer.concat(chunks);
}

function tooBig(path: string): HarnessError {
  return refusal(
    'too-big',
    `${path}: is larger than ${MOST_BYTES / 1_048_576} MiB`,
    'cut out the hour in which it went wrong',
  );
}

function refusal(what: string, message: string, hint: string, cause?: unknown): HarnessError {
  const code: ErrorCode = `diagnose.${what}`;
  return new HarnessError(message, { code, blame: 'test', effect: 'none', hint, cause });
}
