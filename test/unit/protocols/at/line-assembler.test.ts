import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { createLineAssembler } from '../../../../harness/protocols/at/line-assembler.ts';

const settings = { echo: true, terminator: 13, backspace: 8 };
const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function assemble(input: string, chunk: number, echo = true) {
  let echoed = '';
  const lines: string[] = [];
  const assembler = createLineAssembler((sent) => (echoed += Buffer.from(sent).toString('latin1')));
  for (let i = 0; i < input.length; i += chunk) {
    let rest = bytes(input.slice(i, i + chunk));
    while (rest.length > 0) {
      const { taken, line } = assembler.push(rest, { ...settings, echo });
      if (line !== undefined) lines.push(line);
      rest = rest.subarray(taken);
    }
  }
  return { echoed, lines };
}

describe('the line assembler', () => {
  it('echoes what it takes, the carriage return included, and drops line feeds', () => {
    expect(assemble('ATI\r\nAT+CSQ\r\n', 100)).toEqual({ echoed: 'ATI\rAT+CSQ\r', lines: ['ATI', 'AT+CSQ'] });
    expect(assemble('ATI\r', 100, false).echoed).toBe('');
  });

  it('edits with backspace and repeats with A/', () => {
    expect(assemble('ATX\bI\rA/', 1).lines).toEqual(['ATI', 'ATI']);
  });

  it('keeps a line within bounds, however long it gets', () => {
    const [line] = assemble(`AT${'x'.repeat(10_000)}\r`, 512).lines;
    expect(line?.length).toBe(2_048);
  });

  it('gives the same lines however the bytes are cut', () => {
    const text = fc.string({
      unit: fc.constantFrom('A', 'T', 'I', '/', '\r', '\n', '\b', '+', ' '),
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (input, chunk) => {
        expect(assemble(input, chunk)).toEqual(assemble(input, 1_000));
      }),
    );
  });
});
