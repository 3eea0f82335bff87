import type { Verdict } from '../verdict/verdict.ts';
import { describeRung } from '../core/ladder.ts';
import { describeMeasure, describeValue } from './measures.ts';
import type { RigRecord } from './run-record.ts';
import { element, escapeXml } from './xml.ts';

export interface JunitInput {
  readonly runId: string;
  readonly startedAt: string;
  readonly rigs: readonly RigRecord[];
  readonly verdicts: readonly Verdict[];
  /** The diagnosis of a verdict as text, where one was made. */
  readonly explain: (verdict: Verdict) => string | undefined;
}

/**
 * One JUnit report for the whole run: a `testsuite` for each rig and suite. Only what both Jenkins' junit-10.xsd and
 * jest-junit's junit.xsd allow is used: properties on suites alone, `skipped` first in a case, times with three digits.
 */
export function renderJunit(input: JunitInput): string {
  const groups = new Map<string, Verdict[]>();
  for (const verdict of input.verdicts) {
    const name = `${verdict.suite} on ${verdict.rig}`;
    groups.set(name, [...(groups.get(name) ?? []), verdict]);
  }
  const suites = [...groups].map(([name, verdicts]) => renderSuite(name, verdicts, input));
  const attributes = {
    name: `wwanlab ${input.runId}`,
    ...countsOf(input.verdicts),
    time: totalTime(input.verdicts),
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', attributes, ...suites)}\n`;
}

function renderSuite(name: string, verdicts: readonly Verdict[], input: JunitInput): string {
  const attributes = {
    name,
    ...countsOf(verdicts),
    skipped: verdicts.filter(isSkipped).length,
    time: totalTime(verdicts),
    timestamp: input.startedAt.replace(/(?:\.\d+)?Z$/, ''),
  };
  const cases = verdicts.map((verdict) => renderCase(verdict, input));
  return element('testsuite', attributes, renderProperties(verdicts, input.rigs), ...cases);
}

const isSkipped = ({ outcome }: Verdict): boolean => outcome === 'skip' || outcome === 'inconclusive';

function countsOf(verdicts: readonly Verdict[]): { tests: number; failures: number; errors: number } {
  return {
    tests: verdicts.length,
    failures: verdicts.filter((v) => v.outcome === 'fail').length,
    errors: verdicts.filter((v) => v.outcome === 'error').length,
  };
}

function totalTime(verdicts: readonly Verdict[]): string {
  return seconds(verdicts.reduce((sum, v) => sum + v.tookMs, 0));
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

function renderProperties(verdicts: readonly Verdict[], rigs: readonly RigRecord[]): string {
  const first = verdicts[0] as Verdict;
  const rig = rigs.find(({ id }) => id === first.rig);
  const facts: [string, string][] = [
    ['rig', first.rig],
    ['seed', first.seed],
    ...(rig
      ? ([
          ['rig.title', rig.title],
          ['rig.kind', rig.kind],
        ] satisfies [string, string][])
      : []),
    ...Object.entries(rig?.parts ?? {}),
  ];
  const measures = verdicts.flatMap((verdict, index) =>
    (verdict.measures ?? []).map((measure): [string, string] => [
      verdicts.length === 1 ? measure.name : `${measure.name} (case ${index + 1})`,
      describeValue(measure),
    ]),
  );
  const properties = [...facts, ...measures].map(([name, value]) => element('property', { name, value }));
  return element('properties', {}, ...properties);
}

function renderCase(verdict: Verdict, input: JunitInput): string {
  const attributes = {
    classname: `${verdict.rig}.${verdict.suite}`,
    name: caseName(verdict),
    time: seconds(verdict.tookMs),
  };
  const text = escapeXml(describeCase(verdict, input.explain(verdict)));
  return element('testcase', attributes, renderOutcome(verdict), `<system-out>${text}</system-out>`);
}

/** `sim-mifi22-ec25 connects over PPP and reaches the internet`: a sentence whose subject is the rig. */
export function caseName({ rig, title, repetition }: Pick<Verdict, 'rig' | 'title' | 'repetition'>): string {
  return `${rig} ${title}${repetition > 1 ? `, repetition ${repetition}` : ''}`;
}

function renderOutcome(verdict: Verdict): string {
  const { outcome, message, code, blame } = verdict;
  switch (outcome) {
    case 'pass':
      return '';
    case 'fail':
    case 'error': {
      const name = outcome === 'fail' ? 'failure' : 'error';
      return element(
        name,
        { type: code ?? `blame.${blame ?? 'unknown'}`, message },
        escapeXml(reason(verdict)),
      );
    }
    default:
      return element('skipped', { message: outcome === 'skip' ? message : `inconclusive: ${message}` });
  }
}

function reason({ message, rung, blame, hint }: Verdict): string {
  const lines = [
    message,
    rung && `first rung not reached: ${describeRung(rung)}`,
    blame && `to blame: ${BLAMED[blame]}`,
    hint && `next: ${hint}`,
  ];
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}

const BLAMED = {
  dut: 'the device under test',
  rig: 'the rig',
  harness: 'the harness',
  test: 'the test or the rig file',
} as const;

function describeCase(verdict: Verdict, diagnosis: string | undefined): string {
  const lines = [
    `verdict: ${verdict.outcome}`,
    reason(verdict),
    ...(verdict.measures ?? []).map(describeMeasure),
    `timeline events: ${verdict.events[0]} to ${verdict.events[1]}`,
  ];
  return lines.join('\n') + (diagnosis === undefined ? '' : `\n\n${diagnosis}`);
}
