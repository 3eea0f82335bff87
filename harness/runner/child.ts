import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ChildPlan, Progress } from './plan.ts';

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));

export interface ChildOptions {
  readonly plan: ChildPlan;
  /** Where Jest's own report and output go: `logs/` of the run directory. */
  readonly logsDirectory: string;
  readonly onProgress: (progress: Progress) => void;
}

/** How a Jest child ended. Verdicts are on the timeline; this only says whether it lived to write them. */
export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RigChild {
  readonly ended: Promise<ChildEnd>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Runs the suites on one rig in one Jest process of its own: a crash stays there, and Jest's `projects` can't give
 * "serial on a rig". The child dies with its parent: it exits when the IPC channel closes (session.ts).
 */
export function startRigChild(options: ChildOptions): RigChild {
  const log = openSync(join(options.logsDirectory, 'jest.log'), 'a');
  const child = spawn(process.execPath, jestArguments(options), {
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  closeSync(log);
  child.on('message', (message) => options.onProgress(message as Progress));
  const ended = new Promise<ChildEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  return { ended, kill: (signal) => child.kill(signal) };
}

function jestArguments(options: ChildOptions): string[] {
  return [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    require.resolve('jest/bin/jest'),
    '--config',
    JSON.stringify(jestConfig(options)),
    '--runInBand',
    '--ci',
  ];
}

/** Suites are TypeScript as they stand: swc strips the types; their one import is mapped onto the built runner. */
function jestConfig({ plan, logsDirectory }: ChildOptions): object {
  const suites = Object.keys(plan.suites);
  return {
    rootDir: dirname(suites[0] as string),
    roots: [...new Set(suites.map((path) => dirname(path)))],
    testMatch: suites,
    testEnvironment: join(here, 'environment.js'),
    testEnvironmentOptions: plan,
    transform: { '^.+\\.[jt]s$': [require.resolve('@swc/jest'), SWC_OPTIONS] },
    // Installed as somebody's dependency, our own suites lie in node_modules, which Jest would pass over.
    transformIgnorePatterns: ['/node_modules/(?!wwanlab/suites/)', '/dist/'],
    testPathIgnorePatterns: [],
    haste: { retainAllFiles: true },
    extensionsToTreatAsEsm: ['.ts'],
    moduleNameMapper: { '^(wwanlab/runner|.*/harness/runner/index\\.[jt]s)$': join(here, 'index.js') },
    testSequencer: join(here, 'sequencer.js'),
    watchman: false,
    reporters: [
      join(here, 'reporter.js'),
      [
        require.resolve('jest-junit'),
        {
          outputDirectory: logsDirectory,
          outputName: `jest-${plan.mode}-junit.xml`,
          suiteName: 'suites as Jest saw them',
        },
      ],
    ],
  };
}

const SWC_OPTIONS = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};
