import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('errors on an open port', () => {
  it('F20: the modem stopped answering; firmware or supply stays open', () => {
    const d = diagnosed('qcserial ttyUSB2: usb_serial_generic_write_bulk_callback - nonzero urb status: -71');
    expect(d).toMatchObject({ rung: 'S10', abstains: true, faults: ['F20'] });
  });

  it('F103: the flood of cdc_wdm explains the transfer errors in it', () => {
    const pair =
      'cdc_mbim 1-1.2:1.3: nonzero urb status received: -71\ncdc_mbim 1-1.2:1.3: wdm_int_callback - 0 bytes\n';
    expect(diagnosed(pair.repeat(50)).faults).toEqual(['F103']);
  });

  it('cites the telling lines of a flood, not all of them', () => {
    const d = diagnosed('cdc_mbim 1-1.2:1.3: wdm_int_callback - 0 bytes\n'.repeat(500));
    expect(d.causes[0]?.evidence).toHaveLength(20);
    expect(d.causes[0]?.evidence.at(-1)).toBe(500);
  });
});
