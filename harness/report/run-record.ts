import { existsSync, readFileSync } from 'node:fs';

import type { Verdict } from '../verdict/verdict.ts';

/** A rig as the reports name it. */
export interface RigRecord {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly path?: string;
  /** `board`, `firmware`, `modem`, as far as they are known. */
  readonly parts: Readonly<Record<string, string>>;
}

/** run.json: what ran, on what, when, and what came of it. Written when the run begins and again when it ends. */
export interface RunRecord {
  readonly id: string;
  readonly state: 'running' | 'finished' | 'interrupted';
  readonly versions: { readonly wwanlab: string; readonly node: string; readonly platform: string };
  /** What was typed after `wwanlab`. */
  readonly argv: readonly string[];
  readonly rigs: readonly RigRecord[];
  readonly suites: readonly string[];
  readonly seed: string;
  readonly repeat: number;
  readonly set: Readonly<Record<string, string>>;
  /** ISO 8601, the wall clock of the machine that ran it. */
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly exitCode?: number;
  readonly verdicts?: readonly Verdict[];
}

/** Undefined where it is missing or torn: everything that matters is on the timeline. */
export function readRunRecord(path: string): RunRecord | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}
