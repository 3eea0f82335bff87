import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { createSyslogSplitter, frameCounted, LONGEST } from '../../../../harness/protocols/syslog/framing.ts';

/** What comes out when these bytes arrive in pieces that end at these places. */
function split(bytes: Uint8Array, cuts: readonly number[] = []): { messages: string[]; lost: number } {
  const messages: string[] = [];
  const splitter = createSyslogSplitter((message) => messages.push(Buffer.from(message).toString()));
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  places.slice(1).forEach((end, i) => splitter.push(bytes.subarray(places[i], end)));
  return { messages, lost: splitter.end() };
}

const message = fc
  .string({ minLength: 0, maxLength: 60 })
  .filter((s) => !/[\n\r\0]/.test(s))
  .map((s) => `<13>${s}`);
const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 6 });

describe('syslog over a stream (RFC 6587)', () => {
  it('splits counted messages, lines and NULs mixed, wherever the pieces end', () => {
    const framed = fc.tuple(message, fc.constantFrom('counted', '\n', '\r\n', '\0'));
    fc.assert(
      fc.property(fc.array(framed, { maxLength: 8 }), cuts, (all, places) => {
        const bytes = Buffer.concat(
          all.map(([text, how]) =>
            how === 'counted' ? frameCounted(Buffer.from(text)) : Buffer.from(text + how),
          ),
        );
        const inside = places.filter((place) => place <= bytes.length);
        expect(split(bytes, inside)).toEqual({ messages: all.map(([text]) => text), lost: 0 });
      }),
    );
  });

  it('keeps newlines within a counted message', () => {
    expect(split(Buffer.from('7 <13>a\nb5 <13>c')).messages).toEqual(['<13>a\nb', '<13>c']);
  });

  it('says how much of a message was missing its end', () => {
    expect(split(Buffer.from('<13>whole\n<13>ha'))).toEqual({ messages: ['<13>whole'], lost: 6 });
    expect(split(Buffer.from('20 <13>ha'))).toEqual({ messages: [], lost: 9 });
  });

  it('cuts what is too long and goes on behind it', () => {
    const long = 'x'.repeat(LONGEST * 3);
    expect(split(Buffer.from(`${long}\n<13>next\n`)).messages).toEqual([long.slice(0, LONGEST), '<13>next']);
    const counted = Buffer.concat([frameCounted(Buffer.from(long)), frameCounted(Buffer.from('<13>next'))]);
    expect(split(counted, [LONGEST, LONGEST + 9]).messages).toEqual([long.slice(0, LONGEST), '<13>next']);
  });

  it('takes a line that begins with digits for a line', () => {
    expect(split(Buffer.from('123456789 and more\n2026-11 too\n')).messages).toEqual([
      '123456789 and more',
      '2026-11 too',
    ]);
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (bytes, places) => {
        split(
          bytes,
          places.filter((place) => place <= bytes.length),
        );
      }),
    );
  });
});
