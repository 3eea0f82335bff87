import { describe, expect, it } from '@jest/globals';

import { describeKey, leaseKeys } from '../../../../harness/lab/leases/keys.ts';
import { parseRigFile } from '../../../../harness/lab/rig-file.ts';

describe('what a lease is of, for people', () => {
  it.each([
    ['router 192.168.8.1:22', 'router 192.168.8.1:22'],
    [
      'power {"kind":"tasmota","output":1,"url":"http://plug.lab"}',
      'power switch tasmota (url http://plug.lab, output 1)',
    ],
    ['power {"kind":"uhubctl","location":"1-1","port":2}', 'power switch uhubctl (location 1-1, port 2)'],
    ['power {"kind":"command","on":["relay","3","on"]}', 'power switch command (on: relay 3 on)'],
  ])('%s', (key, told) => {
    expect(describeKey(key)).toBe(told);
  });
});

describe('what a lease is of', () => {
  const keysOf = (power: string): string[] => {
    const text = `kind: lab
title: a router
router: { host: 192.168.1.1 }
modem: { model: ec25-a }
connection: { apn: internet }
power: ${power}
`;
    const { file } = parseRigFile(text, '/rigs/my.rig.yaml');
    return file.kind === 'lab' ? leaseKeys(file) : [];
  };

  it('is the same outlet however it is used', () => {
    const plain = keysOf('{ kind: tasmota, url: http://plug.lab }');
    expect(keysOf('{ kind: tasmota, url: "http://Plug.lab/", leastOff: 9 s, passwordEnv: P }')).toEqual(
      plain,
    );
    expect(keysOf('{ kind: tasmota, url: http://plug.lab, output: 2 }')).not.toEqual(plain);
    const snmp = keysOf('{ kind: snmp, host: pdu, oid: .1.3.6.1.4.5 }');
    expect(keysOf('{ kind: snmp, host: pdu, oid: .1.3.6.1.4.5, version: 2c }')).toEqual(snmp);
    expect(keysOf("{ kind: command, on: [r, '3'], off: [r, '4'] }")).not.toEqual(
      keysOf("{ kind: command, on: [r, '5'], off: [r, '4'] }"),
    );
  });
});
