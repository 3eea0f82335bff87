import { describe, expect, it } from '@jest/globals';

import { bench } from '../bench.ts';

describe('bytes on the AT port', () => {
  it('are echo, then frames of carriage return and line feed', async () => {
    const { drive, pass, open } = bench('mc7455');
    await drive(async () => {
      await pass(5_000);
      const { type, take } = open();
      const say = async (text: string): Promise<string> => {
        type(text);
        await pass(1);
        return take();
      };
      expect(await say('AT&F\r')).toBe('AT&F\r\r\nOK\r\n');
      expect(await say('ATE1\r')).toBe('ATE1\r\r\nOK\r\n');
      expect(await say('AT+CGDCONT=1,"IP","internet"\r')).toBe('AT+CGDCONT=1,"IP","internet"\r\r\nOK\r\n');
      expect(await say('AT!PCTEMP?\r')).toBe(
        'AT!PCTEMP?\r\r\nTemp state: Normal\r\nTemperature: 42.00 C\r\n\r\nOK\r\n',
      );
      expect(await say('AT+CGMI\r\n')).toBe('AT+CGMI\r\r\nSierra Wireless, Incorporated\r\n\r\nOK\r\n');
      expect(await say('AT+NOSUCH\r')).toBe('AT+NOSUCH\r\r\nERROR\r\n');
      expect(await say('ATE0\r')).toBe('ATE0\r\r\nOK\r\n');
      expect(await say('AT\r')).toBe('\r\nOK\r\n');
      expect(await say('ATV0\r')).toBe('0\r');
      expect(await say('AT+CSQ;+CGATT?\r')).toBe('+CSQ: 24,99\r\n+CGATT: 1\r\n0\r');
      expect(await say('ATQ1\r')).toBe('');
      expect(await say('ATV1Q0\r')).toBe('\r\nOK\r\n');
      expect(await say('ATS3=33\rAT!')).toBe('!\nOK!\n!\nOK!\n');
    });
  });

  it('come line by line: the first command that fails ends the line', async () => {
    const { drive, open } = bench('ec25-a');
    await drive(async () => {
      const reply = await open().at('AT+CGMI;+NOSUCH;+CGMM');
      expect(reply).toMatchObject({ ok: false, lines: ['Quectel'], final: 'ERROR' });
    });
  });

  it('are not echoed after ATE0, which a restart forgets', async () => {
    const { drive, pass, open } = bench('ec25-a');
    await drive(async () => {
      const first = open();
      await first.at('ATE0');
      await first.at('AT+CFUN=1,1');
      await pass(60_000);
      const second = open();
      second.type('AT\r');
      await pass(1);
      expect(second.take()).toBe('AT\r\r\nOK\r\n');
    });
  });

  it('are kept apart by port', async () => {
    const { drive, pass, open } = bench('ec25-a');
    await drive(async () => {
      const [two, three] = [open(2), open(3)];
      await two.at('ATE0');
      three.type('AT\r');
      await pass(1);
      expect(three.take()).toBe('AT\r\r\nOK\r\n');
      expect(two.take()).toBe('');
    });
  });

  it('are recorded, replies with their final code', async () => {
    const { drive, pass, open, events } = bench('mc7455');
    await drive(async () => {
      await pass(5_000);
      await open().at('AT+CGATT?');
    });
    const traffic = events('modem').filter(({ kind }) => kind.startsWith('at.'));
    expect(traffic.map(({ kind, data }) => [kind, data])).toEqual([
      ['at.rx', { port: 3, line: 'AT+CGATT?' }],
      ['at.tx', { port: 3, lines: ['+CGATT: 1'], final: 'OK' }],
    ]);
  });
});
