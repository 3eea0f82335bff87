import { describe, expect, it } from '@jest/globals';

import { cme, cmeCode, cmeText, cmsText } from '../../../../harness/protocols/at/error-codes.ts';
import {
  cmeOf,
  formatLines,
  formatResult,
  isFinalLine,
  isSuccess,
} from '../../../../harness/protocols/at/result-code.ts';

const settings = { verbose: true, quiet: false, terminator: 13, lineFeed: 10, errorLevel: 2 };

describe('result codes', () => {
  it('are framed by carriage return and line feed', () => {
    expect(formatResult({ kind: 'ok' }, settings)).toBe('\r\nOK\r\n');
    expect(formatLines(['a', 'b'], settings)).toBe('\r\na\r\nb\r\n');
    expect(formatLines([], settings)).toBe('');
  });

  it('are digits under V0 and nothing under Q1', () => {
    const terse = { ...settings, verbose: false };
    expect(formatResult({ kind: 'no-carrier' }, terse)).toBe('3\r');
    expect(formatResult({ kind: 'connect', text: '150000000' }, terse)).toBe('1\r');
    expect(formatLines(['a'], terse)).toBe('a\r\n');
    expect(formatResult({ kind: 'ok' }, { ...settings, quiet: true })).toBe('');
  });

  it.each([
    [0, 'ERROR'],
    [1, '+CME ERROR: 10'],
    [2, '+CME ERROR: SIM not inserted'],
  ])('follow +CMEE=%d', (errorLevel, text) => {
    expect(formatResult({ kind: 'cme', code: cme.simNotInserted }, { ...settings, errorLevel })).toBe(
      `\r\n${text}\r\n`,
    );
  });

  it('fall back to the number where the standard has no words', () => {
    expect(formatResult({ kind: 'cme', code: 999 }, settings)).toBe('\r\n+CME ERROR: 999\r\n');
    expect(formatResult({ kind: 'cms', code: 310 }, settings)).toBe('\r\n+CMS ERROR: SIM not inserted\r\n');
    expect(cmsText(1)).toBeUndefined();
  });

  it('are read as numbers from either form', () => {
    expect(cmeOf('+CME ERROR: 10')).toBe(10);
    expect(cmeOf('+CME ERROR: sim NOT inserted')).toBe(10);
    expect(cmeOf('+CME ERROR: no such thing')).toBeUndefined();
    expect(cmeOf('ERROR')).toBeUndefined();
  });

  it('have one text for each number', () => {
    for (let code = 0; code < 200; code++) {
      const text = cmeText(code);
      if (text !== undefined) expect(cmeCode(text)).toBe(code);
    }
  });

  it('end a reply, and only they do', () => {
    for (const line of [
      'OK',
      'ERROR',
      'NO CARRIER',
      'NO DIALTONE',
      'BUSY',
      'CONNECT 150000000',
      '+CMS ERROR: 5',
    ]) {
      expect(isFinalLine(line)).toBe(true);
    }
    for (const line of ['', 'OKAY', 'CONNECTED', '+CSQ: 1,99', 'ERROR 5'])
      expect(isFinalLine(line)).toBe(false);
    expect([isSuccess('OK'), isSuccess('CONNECT'), isSuccess('ERROR')]).toEqual([true, true, false]);
  });
});
