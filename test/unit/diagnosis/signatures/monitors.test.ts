import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

describe('monitors', () => {
  it.each([
    ['F100', 'user.notice mwan3track[2986]: Interface wwan (wwan0) is offline'],
    ['F100', 'Mon Jul  8 08:38:54 2024 : Connection Monitor Down Bad Ping'],
    [
      'F106',
      'user.notice mwan3-hotplug[7214]: mwan3 hotplug on wwan_4 not called because interface disabled',
    ],
  ])('%s: %s', (fault, text) => {
    expect(diagnosed(text)).toMatchObject({ rung: 'S10', faults: [fault] });
  });
});
