import { existsSync, mkdirSync } from 'node:fs';

import { diagnoseTimeline, renderDiagnosis, type Diagnosis } from '../diagnosis/index.ts';
import { exitCodeOf, type Verdict } from '../verdict/verdict.ts';
import { renderJunit } from './junit.ts';
import { createLogWriter } from './logs.ts';
import { createMergedLogWriter } from './merged-log.ts';
import type { RunDirectory } from './run-directory.ts';
import { readRunRecord, type RigRecord, type RunRecord } from './run-record.ts';
import { readTimeline, timelinePath } from './timeline-file.ts';
import { createTestReader, type RecordedTest } from './verdicts.ts';
import { writeJson, writeWhole } from './whole-file.ts';

/** Why a test did not pass, as diagnosis.json has it. */
export interface DiagnosedTest {
  readonly rig: string;
  readonly suite: string;
  readonly title: string;
  readonly repetition: number;
  readonly outcome: string;
  readonly diagnosis: Diagnosis;
}

export interface FinishedRun {
  readonly record: RunRecord;
  readonly verdicts: readonly Verdict[];
  readonly diagnoses: readonly DiagnosedTest[];
  readonly exitCode: 0 | 1 | 2 | 3;
}

export interface FinishOptions {
  readonly endedAt: Date;
  /** It was stopped from outside: that is an infrastructure error, whatever the verdicts so far. */
  readonly interrupted?: boolean;
}

/**
 * Makes all reports of a run from its timeline: logs, junit.xml, diagnosis.json, run.json. The timeline is the truth,
 * so this can be done again at any time, and for a run that was killed.
 */
export function finishRun(directory: RunDirectory, options: FinishOptions): FinishedRun {
  const read = readTests(directory);
  const record = readRunRecord(directory.run) ?? unknownRun(directory.id, read.rigs);
  const { verdicts, diagnoses } = read;
  const exitCode = options.interrupted === true ? 2 : exitCodeOf(verdicts);
  const rigs = read.rigs.length > 0 ? read.rigs : record.rigs;
  const explained = new Map(diagnoses.map(({ verdict, diagnosis }) => [verdict, renderDiagnosis(diagnosis)]));
  const explain = (verdict: Verdict): string | undefined => explained.get(verdict);
  const { startedAt } = record;
  const tests = diagnoses.map(describeTest);
  const finished: RunRecord = {
    ...record,
    state: options.interrupted === true ? 'interrupted' : 'finished',
    endedAt: options.endedAt.toISOString(),
    exitCode,
    verdicts,
  };
  writeWhole(directory.junit, renderJunit({ runId: directory.id, startedAt, rigs, verdicts, explain }));
  writeJson(directory.diagnosis, tests);
  writeJson(directory.run, finished);
  return { record: finished, verdicts, diagnoses: tests, exitCode };
}

interface Diagnosed {
  readonly verdict: Verdict;
  readonly diagnosis: Diagnosis;
}

function describeTest({ verdict, diagnosis }: Diagnosed): DiagnosedTest {
  const { rig, suite, title, repetition, outcome } = verdict;
  return { rig, suite, title, repetition, outcome, diagnosis };
}

/** One walk over the timeline: it can have a million events, so only those of the test at hand are held. */
function readTests(directory: RunDirectory): {
  verdicts: Verdict[];
  diagnoses: Diagnosed[];
  rigs: RigRecord[];
} {
  mkdirSync(directory.logs, { recursive: true });
  const [verdicts, diagnoses, rigs]: [Verdict[], Diagnosed[], RigRecord[]] = [[], [], []];
  const path = timelinePath(directory.path);
  if (!existsSync(path)) return { verdicts, diagnoses, rigs };
  const logs = createLogWriter(directory.logs);
  const tests = createTestReader();
  const merge = createMergedLogWriter(directory.logs);
  const keep = ({ verdict, events }: RecordedTest): void => {
    merge(verdict, events);
    verdicts.push(verdict);
    if (NEEDS_DIAGNOSIS.has(verdict.outcome))
      diagnoses.push({ verdict, diagnosis: diagnoseTimeline(events) });
  };
  for (const event of readTimeline(path)) {
    logs.take(event);
    if (event.source === 'run' && event.kind === 'rig.begin') rigs.push(event.data as RigRecord);
    tests.take(event).forEach(keep);
  }
  tests.end().forEach(keep);
  logs.flush();
  return { verdicts, diagnoses, rigs };
}

const NEEDS_DIAGNOSIS: ReadonlySet<string> = new Set(['fail', 'error', 'inconclusive']);

function unknownRun(id: string, rigs: readonly RigRecord[]): RunRecord {
  const versions = { wwanlab: '?', node: '?', platform: '?' };
  const nothing = { argv: [], suites: [], seed: '?', repeat: 1, set: {} };
  return { id, state: 'running', versions, rigs, startedAt: '1970-01-01T00:00:00.000Z', ...nothing };
}
