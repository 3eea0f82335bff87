import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { validateXML } from 'xmllint-wasm';

import { renderJunit } from '../../../harness/report/junit.ts';
import type { RigRecord } from '../../../harness/report/run-record.ts';
import type { Outcome, Verdict } from '../../../harness/verdict/verdict.ts';
import { projectRoot } from '../../support/sources.ts';

const schema = readFileSync(join(projectRoot, 'test/unit/report/junit.xsd'), 'utf8');

const rig: RigRecord = {
  id: 'sim-mifi22-ec25',
  title: 'GL-MiFi 2.2 with its own EC25-A',
  kind: 'sim',
  parts: { board: 'gl-mifi-2.2', firmware: 'glinet-2018', modem: 'ec25-a' },
};

function verdict(outcome: Outcome, more: Partial<Verdict> = {}): Verdict {
  return {
    outcome,
    message: 'what was seen',
    rig: rig.id,
    suite: 'connect/ppp',
    title: 'connects over PPP',
    repetition: 1,
    seed: '1',
    tookMs: 1_234,
    events: [1, 9],
    ...more,
  };
}

function render(verdicts: readonly Verdict[], diagnosis?: string): string {
  const startedAt = '2026-01-05T08:00:00.123Z';
  return renderJunit({ runId: 'r', startedAt, rigs: [rig], verdicts, explain: () => diagnosis });
}

interface ParsedCase {
  readonly name: string;
  readonly failure?: { readonly message: string; readonly '#text': string };
  readonly error?: { readonly type: string };
  readonly skipped?: { readonly message: string };
  readonly 'system-out': string;
}

interface ParsedSuite {
  readonly name: string;
  readonly skipped: string;
  readonly failures: string;
  readonly errors: string;
  readonly timestamp: string;
  readonly properties: { readonly property: readonly { readonly name: string; readonly value: string }[] };
  readonly testcase: readonly ParsedCase[];
}

function parse(xml: string): ParsedSuite[] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
  });
  return (parser.parse(xml) as { testsuites: { testsuite: ParsedSuite[] } }).testsuites.testsuite;
}

async function problemsOf(xml: string): Promise<readonly string[]> {
  const result = await validateXML({ xml, schema });
  return result.errors.map(({ rawMessage }) => rawMessage);
}

const every = (['pass', 'fail', 'error', 'inconclusive', 'skip'] as const).map((outcome) => verdict(outcome));

describe('junit.xml', () => {
  it('puts each verdict into its own kind of element', () => {
    const cases = parse(render(every))[0]?.testcase ?? [];
    const kinds = cases.map((c) =>
      (['failure', 'error', 'skipped'] as const).find((kind) => c[kind] !== undefined),
    );
    expect(kinds).toEqual([undefined, 'failure', 'error', 'skipped', 'skipped']);
    expect(cases[3]?.skipped?.message).toBe('inconclusive: what was seen');
  });

  it('has a suite for each rig and suite, with its counts', () => {
    const suites = parse(render([...every, verdict('pass', { suite: 'stability/soak' })]));
    expect(suites.map(({ name }) => name)).toEqual([
      'connect/ppp on sim-mifi22-ec25',
      'stability/soak on sim-mifi22-ec25',
    ]);
    expect(suites[0]).toMatchObject({
      failures: '1',
      errors: '1',
      skipped: '2',
      timestamp: '2026-01-05T08:00:00',
    });
  });

  it('has names that read as sentences', () => {
    const names = parse(render([verdict('pass'), verdict('pass', { repetition: 2 })]))[0]?.testcase;
    expect(names?.map(({ name }) => name)).toEqual([
      'sim-mifi22-ec25 connects over PPP',
      'sim-mifi22-ec25 connects over PPP, repetition 2',
    ]);
  });

  it('says on which rig, with which seed, and what was measured', () => {
    const measures = [{ name: 'drops', value: 0, unit: '', bound: '95 % upper bound: 0.125 per hour' }];
    const { property = [] } = parse(render([verdict('pass', { measures })]))[0]?.properties ?? {};
    expect(Object.fromEntries(property.map(({ name, value }) => [name, value]))).toEqual({
      rig: rig.id,
      seed: '1',
      'rig.title': rig.title,
      'rig.kind': 'sim',
      ...rig.parts,
      drops: '0, 95 % upper bound: 0.125 per hour',
    });
  });

  it('explains a failure: rung, blame, next step, diagnosis', () => {
    const failed = verdict('fail', { rung: 'S7', blame: 'dut', code: 'dial.failed', hint: 'AT+CPIN?' });
    const [only] = parse(render([failed], 'F01 SIM not seated'))[0]?.testcase ?? [];
    expect(only?.failure?.['#text']).toContain('first rung not reached: S7 (attached, bearer up)');
    expect(only?.failure?.['#text']).toContain('to blame: the device under test\nnext: AT+CPIN?');
    expect(only?.['system-out']).toContain('F01 SIM not seated');
  });

  it('keeps what XML cannot hold out of it, and the rest as it was', async () => {
    const message = 'a ]]> b & <c> "d" \'e\' \u0000\u001b[31m \ud800 \uffff\r\n\tend';
    const xml = render([verdict('fail', { message })]);
    expect(await problemsOf(xml)).toEqual([]);
    expect(xml).toContain('a ]]&gt; b &amp; &lt;c&gt; &quot;d&quot;');
    expect(xml).toContain('␀␛[31m � �&#13;');
  });

  it('is valid without any test', async () => {
    expect(await problemsOf(render([]))).toEqual([]);
  });

  it('is valid whatever devices and people put into it', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    const any = fc.record({
      outcome: fc.constantFrom('pass', 'fail', 'error', 'inconclusive', 'skip'),
      message: text,
      title: text,
      suite: fc.constantFrom('a', 'b'),
      hint: text,
      tookMs: fc.nat(),
      repetition: fc.integer({ min: 1, max: 3 }),
      measures: fc.array(fc.record({ name: text, value: fc.double(), unit: text, bound: text }), {
        maxLength: 2,
      }),
    });
    const lists = fc.sample(fc.array(any, { maxLength: 5 }), { numRuns: 10, seed: 1 });
    const xml = lists.map((list) =>
      render(
        list.map((fields) => verdict(fields.outcome as Outcome, fields)),
        '\u0007',
      ),
    );
    const problems = await Promise.all(xml.map(problemsOf));
    expect(problems.flat()).toEqual([]);
  });

  it('would be found invalid if it had what the schemas refuse', async () => {
    const xml = render([verdict('pass')]);
    const moved = xml.replace('<system-out>', '<properties/><system-out>');
    expect(await problemsOf(moved)).not.toEqual([]);
  });
});
