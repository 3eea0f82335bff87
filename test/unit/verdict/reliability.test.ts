import { describe, expect, it } from '@jest/globals';

import { reliabilityLines } from '../../../harness/cli/rigs-reliability.ts';
import { reliabilityOf, type PastVerdict } from '../../../harness/verdict/reliability.ts';

let day = 1;
const past = (rig: string, outcome: PastVerdict['outcome'], more: Partial<PastVerdict> = {}): PastVerdict => {
  const at = new Date(Date.UTC(2026, 0, day++)).toISOString();
  return { rig, modem: 'ec25', run: `run-${rig}`, at, suite: 'connect/qmi', outcome, ...more };
};
const times = (n: number, one: () => PastVerdict): PastVerdict[] => Array.from({ length: n }, one);
const hung = { blame: 'rig', code: 'ssh.hung' } as const;

describe('the reliability of a rig', () => {
  it('counts errors of rig and lab, not failures of the device, and bounds their share', () => {
    const known = [
      ...times(17, () => past('shelf', 'pass')),
      past('shelf', 'fail', { blame: 'dut' }),
      past('shelf', 'error', hung),
      past('shelf', 'error', { blame: 'harness', code: 'run.no-verdict' }),
      past('shelf', 'error', hung),
      past('shelf', 'error', { blame: 'test', code: 'suite.broken' }),
      past('shelf', 'skip'),
    ];
    const found = reliabilityOf('shelf', known);
    expect(found).toMatchObject({ verdicts: 21, errors: 3, suspects: [] });
    // 3 of 21: the exact interval of R's binom.test(3, 21).
    expect(found?.share.low).toBeCloseTo(0.03049, 4);
    expect(found?.share.high).toBeCloseTo(0.36342, 4);
    expect(found?.codes).toEqual([
      { code: 'ssh.hung', times: 2 },
      { code: 'run.no-verdict', times: 1 },
    ]);
    expect(found?.lastError).toEqual({ at: known[20]?.at, run: 'run-shelf' });
  });

  it('suspects the rig where what fails on it passes on others with the same modem', () => {
    const here = [...times(4, () => past('shelf', 'fail')), ...times(6, () => past('shelf', 'pass'))];
    const others = times(30, () => past('desk', 'pass'));
    const [suspect] = reliabilityOf('shelf', [...here, ...others])?.suspects ?? [];
    expect(suspect).toMatchObject({
      suite: 'connect/qmi',
      failed: 4,
      of: 10,
      elsewhere: { failed: 0, of: 30 },
    });
    expect(suspect?.p).toBeCloseTo(0.0023, 4); // C(10,4) / C(40,4)
    const failing = times(12, () => past('desk', 'fail'));
    expect(reliabilityOf('shelf', [...here, ...others, ...failing])?.suspects).toEqual([]);
    const otherModem = others.map((one): PastVerdict => ({ ...one, modem: 'mc7455' }));
    expect(reliabilityOf('shelf', [...here, ...otherModem])?.suspects).toEqual([]);
  });

  it('says nothing of a rig that nothing was tried on', () => {
    expect(reliabilityOf('shelf', [past('desk', 'pass'), past('shelf', 'skip')])).toBeUndefined();
  });

  it('is told in a line, and one for each suspect', () => {
    day = 1;
    const good = reliabilityOf(
      'a',
      times(20, () => past('a', 'pass')),
    );
    expect(good && reliabilityLines(good)).toEqual([
      'none of 20 verdicts since 2026-01-01 was an error of rig or lab (at most 17 % at 95 %)',
    ]);
    const bad = [past('a', 'error', hung), ...times(5, () => past('a', 'fail'))];
    const told = reliabilityOf('a', [...bad, ...times(9, () => past('b', 'pass'))]);
    expect(told && reliabilityLines(told)).toEqual([
      '1 of 6 verdicts since 2026-01-21 was an error of rig or lab (17 %, at most 64 % at 95 %): ssh.hung 1; the last one in run-a',
      'connect/qmi failed 5 of 5 times here, and 0 of 9 on other rigs with this modem (p 0.0005): look for the reason in this rig, its SIM and its place before the firmware',
    ]);
  });
});
