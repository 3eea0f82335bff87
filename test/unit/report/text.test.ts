import { describe, expect, it } from '@jest/globals';

import { noColours, renderSummary, renderVerdicts } from '../../../harness/report/text.ts';
import type { Verdict } from '../../../harness/verdict/verdict.ts';

const base: Verdict = {
  outcome: 'pass',
  message: 'no drop in an hour',
  rig: 'sim-a',
  suite: 'stability/soak',
  title: 'holds',
  repetition: 1,
  seed: '1',
  tookMs: 1,
  events: [1, 2],
  measures: [
    { name: 'time', value: 3.14159, unit: 's' },
    { name: 'drops', value: 0, unit: 'an hour', bound: '95 % upper bound: 3 an hour' },
  ],
};
const failed: Verdict = {
  ...base,
  outcome: 'fail',
  rung: 'S7',
  message: 'no carrier',
  hint: 'look at the SIM',
  suite: 'connect/ppp',
  repetition: 2,
  measures: [],
};
const plain = { palette: noColours, width: undefined };

describe('the table of verdicts', () => {
  it('shows rig, suite, verdict, rung, what was seen, its bound and what to do next', () => {
    expect(renderVerdicts([base, failed], plain)).toBe(
      [
        'RIG    SUITE           VERDICT  RUNG  SEEN',
        'sim-a  stability/soak  pass     -     no drop in an hour',
        '                                      drops: 0 an hour, 95 % upper bound: 3 an hour',
        'sim-a  connect/ppp #2  fail     S7    no carrier',
        '                                      next: look at the SIM',
        '',
      ].join('\n'),
    );
  });

  it('wraps at the width of the terminal', () => {
    const message = 'word '.repeat(30).trim();
    const lines = renderVerdicts([{ ...failed, message }], { palette: noColours, width: 80 }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join(' ').match(/word/g)).toHaveLength(30);
  });

  it('paints after it has measured', () => {
    const palette = { ...noColours, good: (text: string) => `<${text}>` };
    expect(renderVerdicts([base], { palette, width: undefined })).toContain('<pass     >-     no drop');
  });

  it('is summed up in a line', () => {
    expect(renderSummary([base, failed], noColours)).toBe(
      '2 tests: 1 pass, 1 fail; the first rung not reached is S7 (attached, bearer up) on sim-a\n',
    );
    expect(renderSummary([], noColours)).toBe('0 tests: none ran\n');
  });
});
