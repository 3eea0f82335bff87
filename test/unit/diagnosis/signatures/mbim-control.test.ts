import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('umbim without answers', () => {
  it.each(['ERROR: mbim message timeout', 'mbim[123] Failed to read modem caps'])('F36: %s', (text) => {
    const d = diagnosed(`netifd: wwan (123): mbim[123] Reading capabilities\nnetifd: wwan (123): ${text}`);
    expect(d).toMatchObject({ rung: 'S3', abstains: true, faults: ['F36'] });
  });

  it('is not the PIN, although netifd calls it so', () => {
    expect(diagnosed('mbim[123] Failed to read modem caps\n"code": "PIN_FAILED"').faults).toEqual(['F36']);
  });
});
