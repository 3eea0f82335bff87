import { describe, expect, it } from '@jest/globals';

import { bench } from '../bench.ts';

describe('files of the card over AT (+CRSM)', () => {
  it('are read by number: whole, in part, by record; what is not there says so in the card’s own words', async () => {
    const b = bench('mc7455');
    await b.drive(async () => {
      await b.pass(20_000);
      const at = b.open();
      const access = async (values: string): Promise<string | undefined> =>
        (await at.at(`AT+CRSM=${values}`)).lines[0];
      expect(await access('176,12258,0,0,10')).toBe('+CRSM: 144,0,"98101430720000001047"');
      expect(await access('176,12258,0,8,2')).toBe('+CRSM: 144,0,"1047"');
      // 112 and 911, as ModemManager reads them.
      expect(await access('176,28599,0,0,15')).toBe('+CRSM: 144,0,"11F2FF19F1FFFFFFFFFFFFFFFFFFFF"');
      expect(await access('178,28599,2,4,3')).toBe('+CRSM: 144,0,"19F1FF"');
      expect(await access('176,28476,0,0,10')).toBe('+CRSM: 105,129');
      expect(await access('178,28476,11,4,0')).toBe('+CRSM: 106,131');
      expect(await access('176,28671,0,0,1')).toBe('+CRSM: 106,130');
      expect(await access('214,12258,0,0,1')).toBe('+CRSM: 105,130');
      expect(await access('176,12258,0,0,11')).toBe('+CRSM: 103,0');
    });
  });

  it('stay closed without the PIN, and without a card', async () => {
    const b = bench('mc7455', { sim: { pin: '1234' } });
    await b.drive(async () => {
      await b.pass(20_000);
      const at = b.open();
      expect((await at.at('AT+CRSM=176,28423,0,0,9')).lines).toEqual(['+CRSM: 105,130']);
      expect((await at.at('AT+CRSM=176,12258,0,0,10')).lines[0]).toMatch(/^\+CRSM: 144,0,/);
      b.modem.removeSim();
      expect((await at.at('AT+CRSM=176,12258,0,0,10')).final).toBe('+CME ERROR: SIM not inserted');
    });
  });
});

describe('the mode for EPS (+CEMODE)', () => {
  it('is data over both domains as delivered, and the same wish as that of QMI', async () => {
    const b = bench('mc7455');
    await b.drive(async () => {
      await b.pass(20_000);
      const at = b.open();
      expect((await at.at('AT+CEMODE?')).lines).toEqual(['+CEMODE: 2']);
      expect((await at.at('AT+CEMODE=3')).final).toBe('OK');
      expect((await at.at('AT+CEMODE?')).lines).toEqual(['+CEMODE: 3']);
      expect(b.modem.state.stored.servicePreferences).toMatchObject({ domain: 1, usage: 1 });
      expect((await at.at('AT+CEMODE=4')).final).toBe('+CME ERROR: incorrect parameters');
    });
  });
});
