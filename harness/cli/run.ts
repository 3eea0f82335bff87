import { randomBytes } from 'node:crypto';

import { messageOf } from '../core/errors.ts';
import { keepVerdicts } from '../lab/past-verdicts.ts';
import { shownPath } from '../lab/places.ts';
import { noColours, renderSummary, renderVerdicts } from '../report/text.ts';
import { createRunDirectory, runIdOf, type RunDirectory } from '../report/run-directory.ts';
import { finishRun, type FinishedRun } from '../report/finish-run.ts';
import type { RunRecord } from '../report/run-record.ts';
import { writeJson } from '../report/whole-file.ts';
import { INTERRUPTED, watchInterrupts, type Interrupt } from './interrupt.ts';
import { liveColumns, type Io } from './io.ts';
import { checkParameters, declarationsOf, suiteLines } from './list-suites.ts';
import { packageVersion } from './package-version.ts';
import { createProgress, type ProgressView } from './progress.ts';
import { readRequest, type RunRequest } from './request.ts';
import { rigRecordOf } from './rig-parts.ts';
import { describeRigs } from './rigs-list.ts';
import { runRig } from './run-rig.ts';
import type { Arguments } from './spec.ts';

/** `run`: suites on rigs, a table of verdicts and a run directory. */
export async function run(args: Arguments, io: Io): Promise<number> {
  const request = readRequest(args);
  const interrupt = watchInterrupts();
  try {
    if (args.flag('list')) return await list(request, args, io, interrupt);
    if (Object.keys(request.set).length > 0) {
      checkParameters(request.set, await declarationsOf(request, interrupt));
    }
    const progress = await progressFor(args, io);
    const { rigs, suites, seed, repeat } = request;
    const times = repeat > 1 ? `, each ${repeat} times` : '';
    progress.say(`Running ${count(rigs, 'rig')} x ${count(suites, 'suite')}${times}, seed ${seed}`);
    if (args.texts('suite').length > 0 && suites.length > 1) progress.say(`Suites: ${named(suites)}`);
    const directory = begin(request);
    try {
      for (const rig of rigs) {
        if (!interrupt.requested) await runRig(request, rig, directory, progress, interrupt);
      }
      progress.end();
      const finished = finishRun(directory, { endedAt: new Date(), interrupted: interrupt.requested });
      if (!interrupt.requested) remember(request, finished, io);
      await show(finished, directory, args, io);
      return interrupt.requested ? INTERRUPTED : finished.exitCode;
    } catch (error) {
      io.err(`the run broke off; what it had written is in ${shownPath(directory.path)}\n`);
      throw error;
    }
  } finally {
    interrupt.dispose();
  }
}

const count = (items: readonly unknown[], name: string): string =>
  `${items.length} ${name}${items.length === 1 ? '' : 's'}`;

const MOST_NAMED = 20;

/** A folder may hold more than one thinks. */
function named(suites: RunRequest['suites']): string {
  const ids = suites.slice(0, MOST_NAMED).map(({ id }) => id);
  const more = suites.length - ids.length;
  return `${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** With --json, standard output belongs to the document, so progress goes to standard error. */
async function progressFor(args: Arguments, io: Io): Promise<ProgressView> {
  if (args.flag('json')) {
    const columns = liveColumns(io.errColumns);
    return createProgress({ write: (text) => io.err(text), columns, palette: noColours });
  }
  const columns = liveColumns(io.columns);
  return createProgress({ write: (text) => io.out(text), columns, palette: await io.palette() });
}

/** Makes the run directory and says in run.json what is about to run. */
function begin(request: RunRequest): RunDirectory {
  const startedAt = new Date();
  const directory = createRunDirectory(request.out, runIdOf(startedAt, randomBytes(2).toString('hex')));
  const record: RunRecord = {
    id: directory.id,
    state: 'running',
    versions: {
      wwanlab: packageVersion(),
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    },
    argv: process.argv.slice(2),
    rigs: request.rigs.map(rigRecordOf),
    suites: request.suites.map(({ id }) => id),
    seed: request.seed,
    repeat: request.repeat,
    set: request.set,
    startedAt: startedAt.toISOString(),
  };
  writeJson(directory.run, record);
  return directory;
}

/** For `rigs reliability`. A simulated rig does always the same: only what has a life of its own is remembered. */
function remember({ rigs }: RunRequest, { record, verdicts }: FinishedRun, io: Io): void {
  const { id: run, endedAt: at = record.startedAt } = record;
  const past = verdicts.flatMap(({ rig, suite, outcome, blame, code }) => {
    const file = rigs.find(({ id }) => id === rig);
    if (!file || file.kind === 'sim') return [];
    return [{ rig, modem: file.modem.model, run, at, suite, outcome, blame, code }];
  });
  try {
    keepVerdicts(past);
  } catch (error) {
    io.err(`rigs reliability will not know of this run: ${messageOf(error)}\n`);
  }
}

async function show(finished: FinishedRun, directory: RunDirectory, args: Arguments, io: Io): Promise<void> {
  const { record, verdicts, diagnoses, exitCode } = finished;
  const interrupted = record.state === 'interrupted';
  if (interrupted) {
    io.err('interrupted: what ran so far is in the run directory, which is readable\n');
  }
  if (args.flag('json')) {
    const document = { ...record, exitCode, directory: directory.path, junit: directory.junit, diagnoses };
    io.out(JSON.stringify(document, null, 2) + '\n');
    return;
  }
  const palette = await io.palette();
  io.out(
    `\n${renderVerdicts(verdicts, { palette, width: io.columns })}\n${renderSummary(verdicts, palette)}`,
  );
  io.out(`JUnit report:  ${shownPath(directory.junit)}\nRun directory: ${shownPath(directory.path)}\n`);
}

async function list(request: RunRequest, args: Arguments, io: Io, interrupt: Interrupt): Promise<number> {
  const suites = await declarationsOf(request, interrupt);
  const { rigs, text } = describeRigs();
  if (args.flag('json')) io.out(JSON.stringify({ suites, rigs }, null, 2) + '\n');
  else io.out(`${suiteLines(suites)}\n${text}`);
  return 0;
}
