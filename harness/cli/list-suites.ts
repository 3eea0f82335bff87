import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HarnessError } from '../core/errors.ts';
import { didYouMean } from '../lab/nearest.ts';
import { runDirectoryAt } from '../report/run-directory.ts';
import { parameterValues } from '../runner/parameters.ts';
import type { SuiteDeclaration } from '../runner/plan.ts';
import type { Interrupt } from './interrupt.ts';
import type { RunRequest } from './request.ts';
import { planOf, runChild } from './run-rig.ts';
import { usageError } from './usage.ts';

/**
 * Has the suites declare themselves, without touching a rig.
 * @throws HarnessError `suite.unloadable`
 */
export async function declarationsOf(request: RunRequest, interrupt: Interrupt): Promise<SuiteDeclaration[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wwanlab-list-'));
  try {
    const found: SuiteDeclaration[] = [];
    const problems: string[] = [];
    const [rig] = request.rigs;
    if (!rig) return [];
    const plan = { ...planOf(request, rig, runDirectoryAt(folder)), mode: 'list' } as const;
    const end = await runChild(
      {
        plan,
        logsDirectory: folder,
        onProgress: (progress) => {
          if (progress.type === 'suite') found.push(progress.declaration);
          if (progress.type === 'test.end') problems.push(`${progress.suite}: ${progress.message}`);
        },
      },
      interrupt,
    );
    if (interrupt.requested) throw interrupted();
    const silent = request.suites.filter(({ id }) => !found.some(({ suite }) => suite === id));
    if (silent.length > 0 && problems.length === 0) {
      const names = silent.map(({ id }) => id).join(', ');
      problems.push(
        `${names}: declares no test (the process ended with ${String(end.exitCode ?? end.signal)})`,
      );
    }
    if (problems.length > 0) throw unloadable(problems);
    return found.sort((a, b) => (a.suite < b.suite ? -1 : a.suite > b.suite ? 1 : 0));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function interrupted(): HarnessError {
  return new HarnessError('interrupted before anything ran', {
    code: 'run.interrupted',
    blame: 'test',
    effect: 'none',
  });
}

function unloadable(problems: readonly string[]): HarnessError {
  return new HarnessError(problems.join('\n'), {
    code: 'suite.unloadable',
    blame: 'test',
    effect: 'none',
    hint: "a suite imports rigTest from 'wwanlab/runner' and calls it at least once",
  });
}

/**
 * Refuses what --set gives to nobody, and values that are out of range, before a rig is touched.
 * @throws HarnessError `usage.unknown-parameter`, `usage.parameter`
 */
export function checkParameters(
  set: Readonly<Record<string, string>>,
  declarations: readonly SuiteDeclaration[],
): void {
  const declared = declarations.flatMap(({ parameters }) => parameters);
  const names = [...new Set(declared.map(({ name }) => name))];
  const unknown = Object.keys(set).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const text = unknown.map((name) => `"${name}"${didYouMean(name, names)}`).join(', ');
    const known = `known parameters: ${names.join(', ') || 'none'}; see: wwanlab run --list`;
    throw usageError('unknown-parameter', `no suite of this run has the parameter ${text}`, known);
  }
  for (const parameter of declared) {
    try {
      parameterValues({ [parameter.name]: parameter }, set);
    } catch (error) {
      throw usageError('parameter', `--set ${(error as Error).message}`, 'see: wwanlab run --list');
    }
  }
}

/** `run --list` for people. */
export function suiteLines(declarations: readonly SuiteDeclaration[]): string {
  const blocks = declarations.map(({ suite, title, requires, parameters }) => {
    const settable = parameters.map(
      ({ name, about, default: value, unit, min, max }) =>
        `    --set ${name}=${value}  ${about} (${unit}, ${min} to ${max})\n`,
    );
    return [`  ${suite}  ${title}\n`, `    needs ${requires.join(', ') || 'nothing'}\n`, ...settable].join(
      '',
    );
  });
  return `Suites\n${blocks.join('')}`;
}
