import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('a weak signal', () => {
  it('F63 is a circumstance: never certain, and it never leads', () => {
    const d = diagnosed(
      'SINR (dB):     -16.6\nqcserial ttyUSB1: write_bulk_callback - nonzero urb status: -71',
    );
    expect(d.faults).toEqual(['F20', 'F63']);
    const alone = diagnosed('AT!GSTATUS?\nPCC RxM RSSI:  -98    RSRP (dBm):  -127');
    expect(alone).toMatchObject({ rung: null, abstains: true, faults: ['F63'] });
  });

  it('is silent about a good one', () => {
    expect(diagnosed('"rsrp": -83,\n"snr": 13.4,\nSINR (dB):     23.8\nRSRQ (dB):     -14.0').faults).toEqual(
      [],
    );
  });
});
