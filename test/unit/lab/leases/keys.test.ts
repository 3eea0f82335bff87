import { describe, expect, it } from '@jest/globals';

import { describeKey } from '../../../../harness/lab/leases/keys.ts';

describe('what a lease is of, for people', () => {
  it.each([
    ['router 192.168.8.1:22', 'router 192.168.8.1:22'],
    [
      'power {"kind":"tasmota","output":1,"url":"http://plug.lab","leastOff":5000,"passwordEnv":"PLUG"}',
      'power switch tasmota (url http://plug.lab, output 1)',
    ],
    [
      'power {"kind":"uhubctl","location":"1-1","port":2,"leastOff":5000}',
      'power switch uhubctl (location 1-1, port 2)',
    ],
    [
      'power {"kind":"command","on":["relay","3","on"],"off":["relay","3","off"],"leastOff":5000}',
      'power switch command (on: relay 3 on)',
    ],
  ])('%s', (key, told) => {
    expect(describeKey(key)).toBe(told);
  });
});
