import { resolve } from 'node:path';

import type { Ms } from '../core/units.ts';
import { findRig, listRigs } from '../lab/rig-catalogue.ts';
import { loadRigFile, type RigFile } from '../lab/rig-file.ts';
import type { Arguments } from './spec.ts';
import { findSuites, listSuites, type SuiteEntry } from './suites.ts';
import { usageError } from './usage.ts';
import { waitOf } from './wait.ts';

/** What `run` was asked for, every part of it known to exist. */
export interface RunRequest {
  readonly rigs: readonly RigFile[];
  readonly suites: readonly SuiteEntry[];
  readonly seed: string;
  readonly repeat: number;
  readonly set: Readonly<Record<string, string>>;
  readonly out: string;
  /** For a rig that somebody else uses. */
  readonly wait?: Ms;
}

/**
 * @throws HarnessError `usage.…` for what is not known, `rig-file.…` for a rig file that is broken
 */
export function readRequest(args: Arguments): RunRequest {
  const seed = wholeNumber('seed', args.text('seed') ?? '1', 0);
  const repeat = wholeNumber('repeat', args.text('repeat') ?? '1', 1);
  const set = assignments(args.texts('set'));
  const wait = waitOf(args);
  const named = args.texts('suite');
  const known = listSuites();
  const suites = named.length === 0 ? known : unique(named.flatMap((name) => findSuites(name, known)));
  return {
    rigs: requestedRigs(args.texts('rig')),
    suites,
    seed: String(seed),
    repeat,
    set,
    out: resolve(args.text('out') ?? 'reports'),
    ...(wait === undefined ? {} : { wait }),
  };
}

/** Those that were named, or all that are not broken on purpose and need no setup of the machine. */
function requestedRigs(names: readonly string[]): RigFile[] {
  if (names.length > 0)
    return unique(names.map((name) => findRig(name))).map(({ path }) => loadRigFile(path));
  const rigs = listRigs().map(({ path }) => loadRigFile(path));
  const healthy = rigs.filter(({ planted, kind }) => !planted && kind !== 'virtual');
  if (healthy.length === 0) {
    throw usageError(
      'no-rig',
      'there is no rig to run on',
      'name one with --rig RIG; see: wwanlab rigs list',
    );
  }
  return healthy;
}

function unique<T extends { readonly path: string }>(entries: readonly T[]): T[] {
  return [...new Map(entries.map((entry) => [entry.path, entry])).values()];
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least) return value;
  throw usageError(
    `${name}`,
    `--${name}: found "${text}", allowed: a whole number from ${least}`,
    `type: --${name} ${least}`,
  );
}

const ASSIGNMENT = /^([A-Za-z][\w.-]*)=(.+)$/s;

function assignments(texts: readonly string[]): Record<string, string> {
  const pairs = texts.map((text): [string, string] => {
    const [, name, value] = ASSIGNMENT.exec(text) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw usageError('set', `--set: found "${text}", allowed: PARAM=VALUE`, 'type: --set soak.hours=24');
  });
  return Object.fromEntries(pairs);
}
