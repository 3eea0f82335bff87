import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('a locked SIM', () => {
  it.each([
    'netifd: wwan (9409): PIN not specified but required',
    'netifd: wwan (1): mbim[1] PIN required',
    'AT+CPIN?\n+CPIN: SIM PIN',
    '  Status | lock: sim-pin',
    'netifd: wwan (1): Unable to verify PIN',
  ])('F43: %s', (text) => {
    expect(diagnosed(text)).toMatchObject({ rung: 'S4', abstains: false, faults: ['F43'] });
  });

  it('F44: PUK', () => {
    expect(diagnosed('netifd: wwan (1): SIM locked PUK required').faults).toEqual(['F44']);
    expect(diagnosed('+CPIN: SIM PUK').faults).toEqual(['F44']);
  });

  it('F45: PIN2 is no lock, and its retry counter is nothing at all', () => {
    expect(diagnosed('  Status | lock: sim-pin2').faults).toEqual(['F45']);
    expect(diagnosed('  Status | unlock retries: sim-pin2 (10)').faults).toEqual([]);
  });

  it('does not choose between a wrong PIN and no SIM when setpin failed', () => {
    const d = diagnosed('netifd: wwan (9275): Error setting PIN, check card manually');
    expect(d).toMatchObject({ rung: 'S4', abstains: true, faults: ['F43'] });
  });
});
