import { describe, expect, it } from '@jest/globals';

import { bench, type Bench, type Terminal } from '../bench.ts';

const OWN = '+12025550174';

async function withModem(model: string, body: (t: Terminal, b: Bench) => Promise<void>): Promise<void> {
  const b = bench(model, { sim: { msisdn: OWN } });
  await b.drive(async () => {
    await b.pass(20_000);
    const t = b.open();
    await t.at('AT+CMEE=1');
    await t.at('AT+CMGF=1');
    t.take();
    await body(t, b);
  });
}

/** What comes of a command that asks for a text. */
async function typed(t: Terminal, b: Bench, command: string, text: string): Promise<string> {
  t.type(`${command}\r`);
  await b.pass(100);
  const prompt = t.take();
  if (!prompt.endsWith('\r\n> ')) return prompt.trim();
  t.type(`${text}\x1a`);
  await b.pass(2_000);
  return t.take().trim();
}

describe('text messages in words (+CMGF=1)', () => {
  it.each(['mc7455', 'ec25-a'])('go out, come back to the own number, are listed and read: %s', (model) =>
    withModem(model, async (t, b) => {
      await t.at('AT+CNMI=2,1');
      expect(await typed(t, b, `AT+CMGS="${OWN}"`, 'Hello, world')).toMatch(/\+CMGS: 1\s+OK$/);
      await b.pass(5_000);
      expect(t.take()).toContain('+CMTI: "SM",0');
      const time = '"26/01/05,08:00:\\d\\d\\+00"';
      const { lines } = await t.at('AT+CMGL="ALL"');
      expect(lines[0]).toMatch(new RegExp(`^\\+CMGL: 0,"REC UNREAD","\\${OWN}",,${time}$`));
      expect(lines[1]).toBe('Hello, world');
      expect((await t.at('AT+CMGL="REC UNREAD"')).lines).toEqual([]);
      expect((await t.at('AT+CMGR=0')).lines[0]).toMatch(
        new RegExp(`^\\+CMGR: "REC READ","\\${OWN}",,${time}$`),
      );
      await t.at('AT+CSDH=1');
      expect((await t.at('AT+CMGR=0')).lines[0]).toMatch(/,145,\d+,0,0,"\+12025550100",145,12$/);
      expect((await t.at('AT+CMGL="ALL"')).lines[0]).toMatch(/,145,12$/);
      await t.at('AT+CMGF=0');
      expect((await t.at('AT+CMGL=4')).lines[0]).toMatch(/^\+CMGL: 0,1,,\d+$/);
    }),
  );

  it('come to the host itself where it asked for that', () =>
    withModem('mc7455', async (t, b) => {
      await t.at('AT+CNMI=2,2');
      await typed(t, b, `AT+CMGS="${OWN}"`, 'straight on');
      await b.pass(5_000);
      expect(t.take()).toMatch(/\+CMT: "\+12025550174",,"26\/01\/05,[^"]+"\r\nstraight on\r\n/);
    }));

  it('may have several lines, each behind a prompt', () =>
    withModem('mc7455', async (t, b) => {
      t.type(`AT+CMGW="${OWN}"\r`);
      await b.pass(100);
      expect(t.take()).toMatch(/\r\n> $/);
      t.type('one\rtwo\r');
      await b.pass(100);
      expect(t.take()).toBe('one\r\r\n> two\r\r\n> ');
      t.type('three\x1a');
      await b.pass(1_000);
      expect(t.take()).toMatch(/^three\r\n\+CMGW: 0/);
      t.type('AT+CMGR=0\r');
      await b.pass(100);
      expect(t.take()).toContain('\r\none\rtwo\rthree\r\n');
    }));

  it('are kept, sent from there, and say what they are', () =>
    withModem('mc7455', async (t, b) => {
      expect(await typed(t, b, 'AT+CMGW="12025550199",129', 'later')).toMatch(/\+CMGW: 0\s+OK$/);
      expect((await t.at('AT+CMGR=0')).lines).toEqual(['+CMGR: "STO UNSENT","12025550199",', 'later']);
      expect((await t.at('AT+CMSS=0')).lines).toEqual(['+CMSS: 1']);
      expect((await t.at('AT+CMGL="STO SENT"')).lines).toEqual([
        '+CMGL: 0,"STO SENT","12025550199",,',
        'later',
      ]);
    }));

  it('are written in the characters that were chosen', () =>
    withModem('ec25-a', async (t, b) => {
      expect((await t.at('AT+CSCS?')).lines).toEqual(['+CSCS: "IRA"']);
      expect((await t.at('AT+CSCS="UCS2"')).final).toBe('OK');
      const number = Buffer.from(OWN, 'utf16le').swap16().toString('hex').toUpperCase();
      await typed(t, b, `AT+CMGS="${number}"`, '00C400E400400021');
      await b.pass(5_000);
      const [head, data] = (await t.at('AT+CMGR=0')).lines;
      expect([head, data]).toEqual([expect.stringContaining(`"${number}"`), '00C400E400400021']);
      await t.at('AT+CSCS="GSM"');
      expect((await t.at('AT+CMGR=0')).lines[1]).toBe('[{\x00!');
      // A coding of two bytes each is hexadecimal whatever the characters.
      await t.at('AT+CSMP=17,167,0,8');
      expect(await typed(t, b, `AT+CMGS="${OWN}"`, '04140430')).toMatch(/\+CMGS: \d+/);
    }));

  it('have names and numbers of the network and its centre beside them in the same characters', () =>
    withModem('ec25-a', async (t, b) => {
      const ucs2 = (text: string): string =>
        Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
      await t.at('AT+CSCS="UCS2";+CMEE=1');
      const [, name = ''] = /"([0-9A-F]+)"/.exec((await t.at('AT+COPS?')).lines[0] ?? '') ?? [];
      expect(name).toBe(ucs2('T-Mobile'));
      expect((await t.at('AT+COPS=?')).lines[0]).toContain(`(2,"${name}","${name}","310260",7)`);
      expect((await t.at(`AT+COPS=1,0,"${name}"`)).final).toBe('OK');
      expect((await t.at('AT+COPS=1,0,"T-Mobile"')).final).toBe('+CME ERROR: 30');
      await b.pass(20_000);
      expect((await t.at('AT+COPS=3,2;+COPS?')).lines).toEqual(['+COPS: 1,2,"310260",7']);
      expect((await t.at(`AT+CSCA="${ucs2('+12025550100')}"`)).final).toBe('OK');
      expect((await t.at('AT+CSCA?')).lines).toEqual([`+CSCA: "${ucs2('+12025550100')}",145`]);
    }));

  it('that are none are refused by number', () =>
    withModem('mc7455', async (t, b) => {
      expect(await typed(t, b, 'AT+CMGS="abc"', '')).toMatch(/\+CMS ERROR: 305$/);
      expect(await typed(t, b, `AT+CMGS="${OWN}"`, 'x'.repeat(161))).toMatch(/\+CMS ERROR: 305$/);
      expect((await t.at('AT+CMGL=4')).final).toBe('+CMS ERROR: 302');
      expect((await t.at('AT+CMGF=2')).final).toBe('+CMS ERROR: 303');
      expect((await t.at('AT+CSMP=17,999')).final).toBe('+CMS ERROR: 305');
      expect((await t.at('AT+CSCS="KLINGON"')).final).toBe('+CME ERROR: 50');
      expect((await t.at('AT+CMGF=?')).lines).toEqual(['+CMGF: (0,1)']);
    }));
});

describe('cell broadcasts (+CSCB)', () => {
  it('are chosen by number and coding scheme, and read back as they were written', () =>
    withModem('mc7455', async (t) => {
      const read = async (): Promise<string | undefined> => (await t.at('AT+CSCB?')).lines[0];
      // The commands of ModemManager 1.24: its modem has cell broadcasts where the first one is answered.
      expect((await t.at('AT+CSCB=?')).lines).toEqual(['+CSCB: (0,1)']);
      expect(await read()).toBe('+CSCB: 0,"",""');
      await t.at('AT+CSCB=0,"4370-4372,4380",""');
      expect(await read()).toBe('+CSCB: 0,"4370-4372,4380",""');
      await t.at('AT+CSCB=1,"50","0-15"');
      expect(await read()).toBe('+CSCB: 1,"50","0-15"');
      for (const wrong of ['2', '0,"9-5"', '0,"65536"', '0,"1,,2"', '0,"1","256"', '0,"1","",0']) {
        expect((await t.at(`AT+CSCB=${wrong}`)).final).toMatch(/^\+CMS ERROR: 30[35]$/);
      }
      expect(await read()).toBe('+CSCB: 1,"50","0-15"');
      await t.at('AT+CSCB=0');
      expect(await read()).toBe('+CSCB: 0,"",""');
    }));
});
