import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { diagnose, readLog, renderDiagnosis } from '../../../harness/diagnosis/index.ts';

const render = (text: string): string => renderDiagnosis(diagnose(readLog(text)));

describe('a diagnosis for people', () => {
  const seed = render(readFileSync('test/vectors/logs/seed-dial.log', 'utf8').split('\n-----\n')[1] ?? '');

  it('names the rung first', () => {
    expect(seed.split('\n')[0]).toMatch(/^S7 \(attached, bearer up\) not reached: /);
  });

  it('quotes its evidence with line numbers, and says how to confirm each cause, in order', () => {
    expect(seed).toMatch(/^ +50 \| .*No response to 5 echo-requests$/m);
    const [sim, plan] = [
      seed.indexOf('1. the SIM is not seated'),
      seed.indexOf('2. the SIM is not provisioned'),
    ];
    expect(sim).toBeGreaterThan(0);
    expect(plan).toBeGreaterThan(sim);
    expect(seed.match(/confirm: /g)).toHaveLength(5);
  });

  it("types the commands with this router's interface", () => {
    expect(seed).toContain('ifup modem');
    expect(seed).not.toContain('ifup wwan');
  });

  it('has the reload as a question with its experiment, not among the causes', () => {
    expect(seed).toMatch(/Open question \(F04/);
    expect(seed).toContain('sham arm');
    expect(seed).not.toMatch(/^F04/m);
  });

  it('warns of minute stamps', () => {
    expect(seed).toContain('minute resolution');
  });

  it('is one line for a healthy log with nothing to remark', () => {
    expect(render("netifd: wwan (1): Setting up wwan0\nnetifd: Interface 'wwan' is now up")).toBe(
      'Healthy: the link comes up and holds.',
    );
  });
});
