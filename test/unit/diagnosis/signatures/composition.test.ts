import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('a changed composition', () => {
  it('F25: RNDIS on interfaces 0 and 1 of an EC25', () => {
    const d = diagnosed(`I sent AT+QCFG="usbnet",3 to it
P: Vendor=2c7c ProdID=0125 Rev= 3.18
S: Product=Android
I:* If#= 0 Alt= 0 #EPs= 1 Cls=e0(wlcon) Sub=01 Prot=03 Driver=rndis_host
I:* If#= 3 Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=00 Prot=00 Driver=option
I:* If#= 4 Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=00 Prot=00 Driver=(none)`);
    expect(d.faults[0]).toBe('F25');
    expect(d).toMatchObject({ rung: 'S2', abstains: false });
  });

  it('says nothing of a phone that tethers', () => {
    expect(
      diagnosed('P: Vendor=04e8 ProdID=6863\nI:* If#= 0 Alt= 0 #EPs= 1 Cls=e0(wlcon) Driver=rndis_host')
        .faults,
    ).toEqual([]);
  });
});
