import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('uqmi and the modem', () => {
  const ps = '21396 root       996 S    uqmi -s -d /dev/cdc-wdm0 --get-pin-status';

  it('F31: uqmi hangs in ps', () => {
    expect(diagnosed(ps)).toMatchObject({ rung: 'S3', abstains: false, faults: ['F31'] });
  });

  it('F31 is certain when the second call answers after a kill', () => {
    expect(
      diagnosed(`${ps}\nroot@OpenWrt:~# kill 21396\n"Not supported"`).causes[0]?.confidence,
    ).toBeGreaterThan(0.9);
  });

  it('F32 for requests without an answer, not when the modem got on later', () => {
    const text =
      'netifd: wwan (11983): Request timed out\nnetifd: wwan (11983): "Failed to connect to service"';
    expect(diagnosed(text)).toMatchObject({ rung: 'S3', abstains: true, faults: ['F32'] });
    const later = `${text}\nnetifd: wwan (11983): Starting network wwan\nnetifd: Interface 'wwan' is now up`;
    expect(diagnosed(later)).toMatchObject({ subject: 'healthy', faults: [] });
  });

  it('F83: no client id', () => {
    expect(diagnosed('netifd: wwan (1): Unable to obtain client ID').faults).toEqual(['F83']);
  });

  it('does not take a command that somebody typed for one that hangs', () => {
    expect(diagnosed('root@OpenWrt:~# uqmi -s -d /dev/cdc-wdm0 --get-pin-status').faults).toEqual([]);
  });
});
