import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../../support/diagnosed.ts';

const voters = (text: string): string => `AT!PCINFO?
State: Low Power Mode
LPM voters - ${text}
LPM persistence - None`;

describe('a radio that is held down', () => {
  it.each([
    ['F50', voters('Temp:0, Volt:0, User:0, W_DISABLE:0, IMSWITCH:0, BIOS:1')],
    ['F51', voters('Temp:0, Volt:0, User:0, W_DISABLE:0, IMSWITCH:1, BIOS:0, LWM2M:0')],
    ['F51', 'State: LowPowerMode\nLPM force flags - W_DISABLE:0, User:0, Temp:0, Volt:0, BIOS:0,\nGOBIIM:1'],
    ['F52', voters('Temp:0, Volt:0, User:0, W_DISABLE:1, IMSWITCH:0, BIOS:0')],
    ['F53', voters('Temp:0, Volt:0, User:1, W_DISABLE:0, IMSWITCH:0, BIOS:0')],
    ['F54', voters('Temp:1, Volt:0, User:0, W_DISABLE:0, IMSWITCH:0, BIOS:0')],
    ['F55', voters('Temp:0, Volt:1, User:0, W_DISABLE:0, IMSWITCH:0, BIOS:0')],
    ['F53', 'AT+CFUN?\n+CFUN: 4'],
    ['F50', "ModemManager: <warn> [modem0] couldn't enable interface: 'Invalid transition'"],
    ['F56', 'Revision: SWI9X30C_02.38.00.00 r1 CARMD\nState: Low Power Mode'],
  ])('%s: %s', (fault, text) => {
    expect(diagnosed(text)).toMatchObject({ rung: 'S5', abstains: false, faults: [fault] });
  });

  it('is silent when the modem is online', () => {
    expect(
      diagnosed('State: Online\nLPM voters - Temp:0, Volt:0, User:0, W_DISABLE:0, IMSWITCH:0, BIOS:0').faults,
    ).toEqual([]);
    expect(diagnosed('+CFUN: 0\nAT+CFUN=1\nOK\nAT+CFUN?\n+CFUN: 1').faults).toEqual([]);
  });
});
