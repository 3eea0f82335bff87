import { describe, expect, it } from '@jest/globals';

import { judgeConnect, judgeSoak, judgeTrial } from '../../../harness/verdict/judges.ts';

const arm = (windows: number, drops: number): { windows: number; drops: number } => ({ windows, drops });

describe('a card that is not ready', () => {
  const hintFor = (seen: string): string | undefined =>
    judgeConnect({ rungs: [{ rung: 'S4', reached: false, seen }] }).hint;

  it('is to be unlocked where it is locked, and not to be taken out', () => {
    expect(hintFor('SIM pin')).toContain('pincode=PIN');
    expect(hintFor('SIM puk')).toContain('with the PUK');
    expect(hintFor('SIM absent')).toContain('take the SIM out');
  });
});

describe('judging a trial with a sham arm', () => {
  it('passes without drops, with the risk that is left', () => {
    const finding = judgeTrial({ disturbed: arm(40, 0), sham: arm(40, 0) });
    expect(finding.outcome).toBe('pass');
    expect(finding.message).toContain('7.2 %');
  });

  it('fails S10 and gives p when the reload arm drops significantly more', () => {
    const finding = judgeTrial({ disturbed: arm(40, 8), sham: arm(40, 0) });
    expect(finding).toMatchObject({ outcome: 'fail', rung: 'S10', blame: 'dut' });
    expect(finding.message).toContain('a reload makes the link drop');
    expect(finding.message).toContain('p = 0.00265');
  });

  it('fails without blaming the reload when the sham arm drops as well', () => {
    const finding = judgeTrial({ disturbed: arm(20, 3), sham: arm(20, 2) });
    expect(finding).toMatchObject({ outcome: 'fail', rung: 'S10', code: 'holding.drops' });
    expect(finding.message).toContain('not shown to matter');
  });

  it('never blames a reload that prevents drops', () => {
    expect(judgeTrial({ disturbed: arm(20, 0), sham: arm(20, 9) }).code).toBe('holding.drops');
  });

  it('blames the reload and says that it does not hold without one either', () => {
    const finding = judgeTrial({ disturbed: arm(40, 30), sham: arm(40, 3) });
    expect(finding.code).toBe('holding.drops-on-disturbance');
    expect(finding.message).toContain('does not hold without one either');
  });

  it('is inconclusive when 4 of 20 drop (p = 0.053) and says how many more windows would tell', () => {
    const finding = judgeTrial({ disturbed: arm(20, 4), sham: arm(20, 0) });
    expect(finding.outcome).toBe('inconclusive');
    expect(finding.message).toContain('p = 0.053');
    expect(finding.message).toMatch(/about [1-9]\d* more windows/);
  });

  it('is inconclusive with too few windows to ever conclude, drops or not', () => {
    expect(judgeTrial({ disturbed: arm(3, 0), sham: arm(3, 0) }).outcome).toBe('inconclusive');
    expect(judgeTrial({ disturbed: arm(2, 2), sham: arm(2, 0) }).outcome).toBe('inconclusive');
    expect(judgeTrial({ disturbed: arm(0, 0), sham: arm(0, 0) }).outcome).toBe('inconclusive');
  });

  it('fails when the link never comes back', () => {
    const finding = judgeTrial({ disturbed: arm(1, 1), sham: arm(2, 0), abandoned: 37 });
    expect(finding).toMatchObject({ outcome: 'fail', code: 'holding.not-recovered' });
  });

  it('carries its counts and p as measures', () => {
    const { measures } = judgeTrial({ disturbed: arm(40, 8), sham: arm(40, 0) });
    expect(measures?.map((m) => m.value)).toEqual([8, 0, expect.closeTo(0.00265, 4)]);
  });
});

describe('judging a soak', () => {
  it('passes without a drop and says how far apart drops must be', () => {
    const finding = judgeSoak({ drops: 0, connectedHours: 72 });
    expect(finding.outcome).toBe('pass');
    expect(finding.message).toContain('at least 24 h between drops');
    expect(finding.measures?.at(-1)?.value).toBeCloseTo(24, 1);
  });

  it('fails S10 at the first drop when none is allowed', () => {
    const finding = judgeSoak({ drops: 1, connectedHours: 100 });
    expect(finding).toMatchObject({ outcome: 'fail', rung: 'S10', blame: 'dut', code: 'holding.drops' });
  });

  it('is inconclusive while the bound neither shows nor excludes the allowed rate', () => {
    const finding = judgeSoak({ drops: 0, connectedHours: 24, requiredBound: 1 / 24 });
    expect(finding.outcome).toBe('inconclusive');
    expect(finding.message).toContain('47.9 h more');
    expect(judgeSoak({ drops: 1, connectedHours: 72, requiredBound: 1 / 24 }).outcome).toBe('inconclusive');
  });

  it('passes and fails against an allowed rate once the evidence is there', () => {
    expect(judgeSoak({ drops: 0, connectedHours: 72, requiredBound: 1 / 24 }).outcome).toBe('pass');
    expect(judgeSoak({ drops: 9, connectedHours: 72, requiredBound: 1 / 24 }).outcome).toBe('fail');
  });

  it('fails when the link stayed away, and is inconclusive when it never was up', () => {
    expect(judgeSoak({ drops: 1, connectedHours: 0.5, complete: false })).toMatchObject({
      outcome: 'fail',
      code: 'holding.not-recovered',
    });
    expect(judgeSoak({ drops: 0, connectedHours: 0 }).outcome).toBe('inconclusive');
  });
});

describe('judging a connect', () => {
  const reached = (rung: 'S0' | 'S1' | 'S4' | 'S9'): { rung: typeof rung; reached: true; seen: string } => ({
    rung,
    reached: true,
    seen: '',
  });

  it('names the first rung that was not reached, with what was seen there', () => {
    const finding = judgeConnect({
      rungs: [reached('S0'), { rung: 'S4', reached: false, seen: 'SIM absent' }],
    });
    expect(finding).toMatchObject({ outcome: 'fail', rung: 'S4', blame: 'dut' });
    expect(finding.message).toBe('S4 (SIM ready) not reached: SIM absent');
    expect(finding.hint).toContain('AT+CPIN?');
  });

  it('passes at S9 with the time to connect', () => {
    const finding = judgeConnect({ rungs: [reached('S0'), reached('S9')], timeToConnectMs: 8_250 });
    expect(finding.outcome).toBe('pass');
    expect(finding.measures).toEqual([{ name: 'time to connect', value: 8.25, unit: 's' }]);
  });

  it('does not pass a climb that was not finished', () => {
    expect(judgeConnect({ rungs: [reached('S0')] }).outcome).toBe('inconclusive');
    expect(judgeConnect({ rungs: [] }).outcome).toBe('inconclusive');
  });
});
