import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const dump = (faces: string, vendor = '1199', product = '9071'): string => `T:  Bus=01 Lev=01 Prnt=01
P:  Vendor=${vendor} ProdID=${product} Rev= 0.06
${faces}`;
const serial = (driver: string): string =>
  `I:* If#= 0 Alt= 0 #EPs= 2 Cls=ff(vend.) Sub=ff Prot=ff Driver=${driver}
I:* If#= 3 Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=00 Prot=00 Driver=${driver}
I:* If#= 8 Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=ff Prot=ff Driver=qmi_wwan`;

describe('a modem without drivers', () => {
  it('F07: serial interfaces without a driver, kmod-usb-serial-qualcomm for Sierra', () => {
    const d = diagnosed(dump(serial('(none)')));
    expect(d).toMatchObject({ rung: 'S2', abstains: false, faults: ['F07'] });
    expect(d.causes[0]?.evidence).toEqual([3, 4]);
    expect(d.causes[0]?.causes[0]?.title).toContain('kmod-usb-serial-qualcomm');
  });

  it('F07 for Quectel names option', () => {
    const d = diagnosed(
      dump('I:* If#= 2 Alt= 0 #EPs= 3 Cls=ff(vend.) Sub=00 Prot=00 Driver=(none)', '2c7c', '0125'),
    );
    expect(d.causes[0]?.causes[0]?.title).toContain('kmod-usb-serial-option');
  });

  it('F03: an MBIM interface without a driver, a module that does not load', () => {
    const mbim = dump('I:* If#=12 Alt= 0 #EPs= 1 Cls=02(comm.) Sub=0e Prot=00 Driver=(none)');
    expect(diagnosed(mbim).faults).toEqual(['F03']);
    expect(diagnosed('[ 20.1] cdc_mbim: Unknown symbol cdc_ncm_bind_common (err 0)').faults).toEqual(['F03']);
  });

  it('F02: raw IP on an old kernel', () => {
    const line =
      'netifd: wwan (999): Device only supports raw-ip mode but is missing this required driver attribute: /sys/class/net/wwan0/qmi/raw_ip';
    expect(diagnosed(line)).toMatchObject({ rung: 'S2', faults: ['F02'] });
  });

  it.each([
    'qmi_wwan 1-1.2.1:1.4: probe with driver qmi_wwan failed with error -22',
    '[ 8.1] cdc_ether: probe of 1-1:1.8 failed with error -22',
  ])('F27: %s', (line) => {
    expect(diagnosed(line).faults).toEqual(['F27']);
  });

  it('finds nothing where every interface has its driver, nor on a hub', () => {
    expect(diagnosed(dump(serial('qcserial'))).faults).toEqual([]);
    expect(diagnosed(dump(serial('(none)'), '1d6b', '0002')).faults).toEqual([]);
  });

  it('names the driver and a possible FCC lock as two faults of a laptop modem', () => {
    const d = diagnosed(dump(serial('(none)'), '1199', '9079'));
    expect(d.faults).toEqual(['F07', 'F50']);
    expect(d.causes[1]?.confidence).toBeLessThan(0.5);
  });
});
