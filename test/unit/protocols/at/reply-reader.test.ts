import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { createAtReplyReader } from '../../../../harness/protocols/at/reply-reader.ts';

describe('the reply reader', () => {
  it('drops echo and blank lines', () => {
    const reader = createAtReplyReader('AT!PCTEMP?');
    const text = 'AT!PCTEMP?\r\r\nTemp state: Normal\r\nTemperature: 42.00 C\r\n\r\nOK\r\n';
    expect(reader.push(text)).toEqual({
      command: 'AT!PCTEMP?',
      ok: true,
      lines: ['Temp state: Normal', 'Temperature: 42.00 C'],
      final: 'OK',
    });
  });

  it('keeps unsolicited codes apart from the answer', () => {
    const reader = createAtReplyReader('AT+CREG?');
    const text =
      'RDY\r\n\r\n+CEREG: 1\r\nAT+CREG?\r\r\n+CREG: 5\r\n+CREG: 2,1,"2616","DDAEA01",7\r\n\r\nOK\r\n';
    expect(reader.push(text)?.lines).toEqual(['+CREG: 2,1,"2616","DDAEA01",7']);
    expect(reader.unsolicited).toEqual(['RDY', '+CEREG: 1', '+CREG: 5']);
  });

  it('counts what came before the echo as another command’s', () => {
    const reader = createAtReplyReader('ATI');
    expect(reader.push('leftover\r\nATI\r\r\nQuectel\r\n\r\nOK\r\n')?.lines).toEqual(['Quectel']);
    expect(reader.unsolicited).toEqual(['leftover']);
  });

  it.each(['ERROR', '+CME ERROR: SIM not inserted', '+CMS ERROR: 310', 'NO CARRIER', 'BUSY', 'NO DIALTONE'])(
    'ends with %s, which is no success',
    (final) => {
      expect(createAtReplyReader('ATD1').push(`\r\n${final}\r\n`)).toMatchObject({ ok: false, final });
    },
  );

  it('ends with CONNECT, and takes no more', () => {
    const reader = createAtReplyReader('ATD*99#');
    reader.push('\r\nCONNECT 150000000\r\n~\x7f}#\r\n');
    expect(reader.reply).toMatchObject({ ok: true, lines: [], final: 'CONNECT 150000000' });
  });

  it('shows what it has while no final code comes', () => {
    const reader = createAtReplyReader('ATI');
    expect(reader.push('Quectel\r\nOK')).toBeUndefined();
    expect(reader.lines).toEqual(['Quectel']);
    expect(reader.push('\r')).toMatchObject({ ok: true });
  });

  it('gives the same reply however the bytes are cut', () => {
    const whole = 'AT+CSQ\r\r\n+CSQ: 24,99\r\n\r\nOK\r\n';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 40, maxLength: 40 }), (cuts) => {
        const reader = createAtReplyReader('AT+CSQ');
        let at = 0;
        for (const cut of cuts) reader.push(Buffer.from(whole.slice(at, (at += cut))));
        expect(reader.reply?.lines).toEqual(['+CSQ: 24,99']);
      }),
    );
  });

  it('takes any bytes without throwing or growing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => {
        const reader = createAtReplyReader('AT');
        for (const chunk of chunks) reader.push(chunk);
        expect(reader.lines.every((line) => line.length <= 4_096)).toBe(true);
      }),
    );
  });
});
