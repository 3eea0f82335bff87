import { describe, expect, it } from '@jest/globals';

import { bench, type Terminal } from '../bench.ts';

async function registered(body: (t: Terminal) => Promise<void>, model = 'ec25-a'): Promise<void> {
  const b = bench(model);
  await b.drive(async () => {
    await b.pass(30_000);
    await body(b.open());
  });
}

const final = async (t: Terminal, command: string): Promise<string> => (await t.at(command)).final;
const lines = async (t: Terminal, command: string): Promise<readonly string[]> => (await t.at(command)).lines;

describe('a Quectel modem', () => {
  it('chooses and gives up a carrier’s settings', () =>
    registered(async (t) => {
      expect(await lines(t, 'AT+QMBNCFG="Select"')).toEqual(['+QMBNCFG: "Select","ROW_Generic_3GPP"']);
      expect(await final(t, 'AT+QMBNCFG="Select","Nobody"')).toBe('+CME ERROR: 22');
      expect(await final(t, 'AT+QMBNCFG="AutoSel",0')).toBe('OK');
      expect(await lines(t, 'AT+QMBNCFG="AutoSel"')).toEqual(['+QMBNCFG: "AutoSel",0']);
      expect(await final(t, 'AT+QMBNCFG="Deactivate"')).toBe('OK');
      expect((await lines(t, 'AT+QMBNCFG="List"'))[0]).toContain('"List",0,0,0,"ROW_Generic_3GPP"');
      expect(await final(t, 'AT+QMBNCFG="Select","ROW_Generic_3GPP"')).toBe('OK');
      expect((await lines(t, 'AT+QMBNCFG="List"'))[0]).toContain('"List",0,1,');
    }));

  it('keeps settings that the air here does not know', () =>
    registered(async (t) => {
      expect(await lines(t, 'AT+QCFG="servicedomain"')).toEqual(['+QCFG: "servicedomain",2']);
      expect(await final(t, 'AT+QCFG="servicedomain",1,1')).toBe('OK');
      expect(await lines(t, 'AT+QCFG="servicedomain"')).toEqual(['+QCFG: "servicedomain",1']);
      expect(await final(t, 'AT+QCFG="ims",3')).toBe('+CME ERROR: 50');
      expect(await final(t, 'AT+QCFG="nosuch"')).toBe('+CME ERROR: 50');
    }));

  it('is silent about messages where it was told to be', async () => {
    const own = '+12025550174';
    const b = bench('ec25-a', { sim: { msisdn: own } });
    await b.drive(async () => {
      await b.pass(30_000);
      const t = b.open();
      await t.at('AT+CNMI=2,1;+CMGF=1');
      expect(await lines(t, 'AT+QINDCFG="smsincoming"')).toEqual(['+QINDCFG: "smsincoming",1']);
      const hears = async (): Promise<boolean> => {
        t.type(`AT+CMGS="${own}"\r`);
        await b.pass(100);
        t.type('hi\x1a');
        await b.pass(8_000);
        return t.take().includes('+CMTI');
      };
      expect(await hears()).toBe(true);
      await t.at('AT+QINDCFG="all",0,1');
      expect(await hears()).toBe(false);
      expect(await final(t, 'AT+QINDCFG="nosuch"')).toBe('+CME ERROR: 50');
      expect(await lines(t, 'AT+QGMR?')).toEqual(['EC25AFAR05A07M4G_30.005.30.005']);
    });
  });

  it('has no neighbours, and no name or time of a network that is not there', () =>
    registered(async (t) => {
      expect(await t.at('AT+QENG="neighbourcell"')).toMatchObject({ lines: [], final: 'OK' });
      expect(await final(t, 'AT+QENG="nosuch"')).toBe('+CME ERROR: 50');
      await t.at('AT+COPS=2');
      expect(await final(t, 'AT+QSPN')).toBe('+CME ERROR: 30');
      expect(await lines(t, 'AT+QLTS')).toEqual(['+QLTS: ""']);
    }));

  it('lacks what only its larger sisters have, as a real one does', () =>
    registered(async (t) => {
      // Not in the EC25's list of commands; ROOter and QModem send them to all of the maker's modems.
      for (const command of ['AT+QRSRP', 'AT+QCAINFO', 'AT+QNWPREFCFG="mode_pref"', 'AT+QUIMSLOT?']) {
        expect([command, await final(t, command)]).toEqual([command, 'ERROR']);
      }
    }));
});

describe('the card by APDUs', () => {
  it('answers on the basic channel, and on one that was opened for an application', () =>
    registered(async (t) => {
      await t.at('AT+CMEE=1');
      // VERIFY without a PIN: the tries that are left (ModemManager asks like this).
      expect(await lines(t, 'AT+CSIM=10,"0020000100"')).toEqual(['+CSIM: 4,"63C3"']);
      expect(await lines(t, 'AT+CSIM=10,"002C008100"')).toEqual(['+CSIM: 4,"63CA"']);
      expect(await lines(t, 'AT+CSIM=14,"00A40004022FE2"')).toEqual([
        expect.stringMatching(/^\+CSIM: \d+,"62.*9000"$/),
      ]);
      expect(await lines(t, 'AT+CSIM=10,"00B000000A"')).toEqual(['+CSIM: 24,"981014307200000010479000"']);
      expect(await lines(t, 'AT+CCHO="A0000000871002"')).toEqual(['+CCHO: 1']);
      expect(await lines(t, 'AT+CGLA=1,14,"01A40004026F07"')).toEqual([expect.stringMatching(/9000"$/)]);
      expect((await lines(t, 'AT+CGLA=1,10,"01B0000009"'))[0]).toMatch(/^\+CGLA: 22,"0839.*9000"$/);
      expect(await final(t, 'AT+CCHC=1')).toBe('OK');
      expect(await final(t, 'AT+CCHC=1')).toBe('+CME ERROR: 21');
      expect(await final(t, 'AT+CGLA=1,10,"01B0000009"')).toBe('+CME ERROR: 21');
      expect(await final(t, 'AT+CCHO="A000000000"')).toBe('+CME ERROR: 22');
      expect(await final(t, 'AT+CSIM=8,"0020000100"')).toBe('+CME ERROR: 50');
    }, 'mc7455'));
});
