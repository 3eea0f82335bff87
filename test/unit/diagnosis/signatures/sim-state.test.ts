import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('a SIM that is not ready', () => {
  it('F41: not read after it was changed', () => {
    const d = diagnosed(
      "I removed the SIM and put another in.\nerror: QMI protocol error (37): 'UimUninitialized'",
    );
    expect(d).toMatchObject({ rung: 'S4', abstains: false, faults: ['F41'] });
  });

  it('F42: the power-cycle loop leaves its cause open', () => {
    const d = diagnosed('netifd: wwan (1): SIM in illegal state - Power-cycling SIM\n'.repeat(3));
    expect(d).toMatchObject({ rung: 'S4', abstains: true, faults: ['F42'] });
  });

  it('F46: a stale state, not an APN', () => {
    const d = diagnosed(`error: couldn't start network: QMI protocol error (14): 'CallFailed'
verbose call end reason (3,2504): [cm] invalid-sim-state`);
    expect(d).toMatchObject({ rung: 'S7', abstains: false, faults: ['F46'] });
  });

  it('F47: busy for ever, not busy for a moment at start', () => {
    expect(diagnosed('AT+CPIN?\n+CME ERROR: SIM busy').faults).toEqual(['F47']);
    expect(diagnosed('AT+CPIN?\n+CME ERROR: SIM busy\nAT+CPIN?\n+CPIN: READY').faults).toEqual([]);
  });

  it('F49: comes and goes', () => {
    const turn = '+CPIN: READY\n+CME ERROR: SIM not inserted\n';
    expect(diagnosed(turn.repeat(3)).faults).toContain('F49');
  });
});
