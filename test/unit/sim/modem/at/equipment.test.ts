import { describe, expect, it } from '@jest/globals';

import { bench, type Bench, type Terminal } from '../bench.ts';

async function online(b: Bench, body: (terminal: Terminal) => Promise<void>): Promise<void> {
  await b.drive(async () => {
    await b.pass(5_000);
    await body(b.open());
  });
}

const final = async (t: Terminal, command: string): Promise<string> => (await t.at(command)).final;
const lines = async (t: Terminal, command: string): Promise<readonly string[]> => (await t.at(command)).lines;

describe('the equipment', () => {
  it('shows its indicators as they are now', async () => {
    const b = bench('ec25-a');
    await online(b, async (t) => {
      expect(await lines(t, 'AT+CPAS')).toEqual(['+CPAS: 0']);
      expect((await lines(t, 'AT+CIND=?'))[0]).toMatch(
        /^\+CIND: \("battchg",\(0-5\)\),\("signal",\(0-5\)\),/,
      );
      expect(await lines(t, 'AT+CIND?')).toEqual(['+CIND: 0,4,1,0,0,0,1,0']);
      b.modem.removeSim();
      await t.at('AT+CFUN=4');
      expect(await lines(t, 'AT+CIND?')).toEqual(['+CIND: 0,0,0,0,0,0,0,0']);
    });
  });

  it('tells the network’s time, and the one that was set', async () => {
    const b = bench();
    await online(b, async (t) => {
      expect(await lines(t, 'AT+CCLK?')).toEqual(['+CCLK: "26/01/05,08:00:05+00"']);
      expect(await final(t, 'AT+CCLK="26/12/31,23:59:50+04"')).toBe('OK');
      await b.pass(3_600_000);
      expect((await lines(t, 'AT+CCLK?'))[0]).toMatch(/^\+CCLK: "26\/12\/31,23:59:5\d\+00"$/);
      for (const wrong of ['26/02/31,00:00:00+00', '26/01/05,24:00:00', 'now']) {
        expect(await final(t, `AT+CCLK="${wrong}"`)).toBe('+CME ERROR: incorrect parameters');
      }
    });
  });
});

describe('networks that the card prefers', () => {
  it('are written, read by number or name, and dropped', async () => {
    await online(bench(), async (t) => {
      expect(await lines(t, 'AT+CPOL=?')).toEqual(['+CPOL: (1-12),(0-2)']);
      expect(await lines(t, 'AT+CPOL?')).toEqual([]);
      expect(await final(t, 'AT+CPOL=1,2,"26201",0,0,1,1')).toBe('OK');
      expect(await final(t, 'AT+CPOL=2,0,"T-Mobile",0,0,0,1')).toBe('OK');
      expect(await lines(t, 'AT+CPOL?')).toEqual([
        '+CPOL: 1,2,"26201",0,0,1,1',
        '+CPOL: 2,2,"310260",0,0,0,1',
      ]);
      await t.at('AT+CPOL=,0');
      expect((await lines(t, 'AT+CPOL?'))[1]).toBe('+CPOL: 2,0,"T-Mobile",0,0,0,1');
      expect(await final(t, 'AT+CPOL=1')).toBe('OK');
      expect(await lines(t, 'AT+CPOL?')).toEqual(['+CPOL: 1,0,"T-Mobile",0,0,0,1']);
      for (const wrong of ['13,2,"26201"', '1,2,"262"', '1,0,"Nobody"', '1,2,"26201",2', ',3']) {
        expect(await final(t, `AT+CPOL=${wrong}`)).toBe('+CME ERROR: incorrect parameters');
      }
      expect(await lines(t, 'AT+COPN')).toContain('+COPN: "310260","T-Mobile"');
    });
    await online(bench('mc7455', { sim: 'none' }), async (t) => {
      expect(await final(t, 'AT+CPOL?')).toBe('+CME ERROR: SIM not inserted');
    });
  });
});

describe('the phone book', () => {
  it('is written, read, searched and emptied', async () => {
    await online(bench('ec25-a', { sim: { msisdn: '+12025550174' } }), async (t) => {
      expect(await lines(t, 'AT+CPBR=?')).toEqual(['+CPBR: (1-250),40,14']);
      expect(await final(t, 'AT+CPBW=,"12025550199",145,"Alice"')).toBe('OK');
      expect(await final(t, 'AT+CPBW=7,"*100#",129,"Balance"')).toBe('OK');
      expect(await lines(t, 'AT+CPBR=1,250')).toEqual([
        '+CPBR: 1,"+12025550199",145,"Alice"',
        '+CPBR: 7,"*100#",129,"Balance"',
      ]);
      expect(await lines(t, 'AT+CPBF="al"')).toEqual(['+CPBF: 1,"+12025550199",145,"Alice"']);
      expect(await final(t, 'AT+CPBF="zoe"')).toBe('+CME ERROR: 22');
      expect(await lines(t, 'AT+CPBS?')).toEqual(['+CPBS: "SM",2,250']);
      await t.at('AT+CPBW=1');
      expect(await lines(t, 'AT+CPBR=1')).toEqual([]);
      await t.at('AT+CPBS="ON"');
      expect(await lines(t, 'AT+CPBR=1')).toEqual(['+CPBR: 1,"+12025550174",145,""']);
      expect(await final(t, 'AT+CPBW=1,"1"')).toBe('+CME ERROR: 3');
    });
  });

  it('refuses what a card can’t hold', async () => {
    await online(bench('ec25-a'), async (t) => {
      const refusals = [
        ['AT+CPBR=0', 21],
        ['AT+CPBW=251,"1"', 21],
        ['AT+CPBW=1,"abc"', 27],
        [`AT+CPBW=1,"${'1'.repeat(41)}"`, 26],
        ['AT+CPBW=1,"1",129,"123456789012345"', 24],
        ['AT+CPBS="FD"', 3],
      ] as const;
      for (const [command, code] of refusals) expect(await final(t, command)).toBe(`+CME ERROR: ${code}`);
    });
  });
});

describe('what belongs to calls', () => {
  it('is remembered where there are none, and no service is to be had by code', async () => {
    await online(bench(), async (t) => {
      expect(await final(t, 'AT+CLIP=1;+CRC=1;+CUSD=1')).toBe('OK');
      expect(await lines(t, 'AT+CLIP?')).toEqual(['+CLIP: 1,2']);
      expect(await lines(t, 'AT+CLCC')).toEqual([]);
      expect(await final(t, 'AT+CUSD=1,"*100#",15')).toBe('+CME ERROR: unknown');
    });
  });
});

describe('who logs in to a context', () => {
  it('is set with $QCPDPP, stays when its access point changes, and is shown without the password', async () => {
    const b = bench();
    await online(b, async (t) => {
      expect(await final(t, 'AT$QCPDPP=1,2,"secret","user"')).toBe('OK');
      await t.at('AT+CGDCONT=1,"IP","internet"');
      expect(await lines(t, 'AT$QCPDPP?')).toEqual(['$QCPDPP: 1,2,"user"']);
      expect(b.modem.state.contexts[0]?.credentials).toEqual({
        method: 'chap',
        user: 'user',
        password: 'secret',
      });
      await t.at('AT$QCPDPP=1,0');
      expect(await lines(t, 'AT$QCPDPP?')).toEqual(['$QCPDPP: 1,0']);
      expect(await final(t, 'AT$QCPDPP=9,1')).toBe('+CME ERROR: incorrect parameters');
    });
  });

  it('is a part of Quectel’s own context command', async () => {
    await online(bench('ec25-a'), async (t) => {
      expect(await final(t, 'AT+QICSGP=2,3,"internet","user","secret",1')).toBe('OK');
      expect(await lines(t, 'AT+QICSGP=2')).toEqual(['+QICSGP: 3,"internet","user","",1']);
      expect(await lines(t, 'AT+CGDCONT?')).toContain(
        `+CGDCONT: 2,"IPV4V6","internet","${Array(16).fill('0').join('.')}",0,0,0,0`,
      );
      expect(await final(t, 'AT+QICSGP=2,9,"internet"')).toBe('+CME ERROR: 50');
    });
  });
});
