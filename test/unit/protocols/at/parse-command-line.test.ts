import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { formatCommandLine, type AtCommand, type AtValue } from '../../../../harness/protocols/at/command.ts';
import { parseCommandLine } from '../../../../harness/protocols/at/parse-command-line.ts';

const bare = (text: string): AtValue => ({ text, quoted: false });
const quoted = (text: string): AtValue => ({ text, quoted: true });

describe('a command line', () => {
  it.each<[string, AtCommand[]]>([
    ['AT', []],
    ['at&f', [{ kind: 'basic', name: '&F', operation: 'exec', value: 0 }]],
    ['ATE1', [{ kind: 'basic', name: 'E', operation: 'exec', value: 1 }]],
    ['ATS3=10', [{ kind: 'basic', name: 'S3', operation: 'set', value: 10 }]],
    ['ATS3?', [{ kind: 'basic', name: 'S3', operation: 'read', value: 0 }]],
    ['ATD*99***1#', [{ kind: 'dial', number: '*99***1#' }]],
    ['AT+CSQ', [{ kind: 'extended', name: '+CSQ', operation: 'exec', values: [] }]],
    ['AT!GSTATUS?', [{ kind: 'extended', name: '!GSTATUS', operation: 'read', values: [] }]],
    ['AT+COPS=?', [{ kind: 'extended', name: '+COPS', operation: 'test', values: [] }]],
    ['AT*CNTI=0', [{ kind: 'extended', name: '*CNTI', operation: 'set', values: [bare('0')] }]],
    [
      'AT!BAND=10,"B2B4",0,000000000000000A',
      [
        {
          kind: 'extended',
          name: '!BAND',
          operation: 'set',
          values: [bare('10'), quoted('B2B4'), bare('0'), bare('000000000000000A')],
        },
      ],
    ],
    [
      'AT+CGDCONT=1,"IP","a;b,c",,',
      [
        {
          kind: 'extended',
          name: '+CGDCONT',
          operation: 'set',
          values: [bare('1'), quoted('IP'), quoted('a;b,c'), bare(''), bare('')],
        },
      ],
    ],
    ['AT+QCFG="a\\22b"', [{ kind: 'extended', name: '+QCFG', operation: 'set', values: [quoted('a"b')] }]],
  ])('%s', (line, commands) => {
    expect(parseCommandLine(line)).toEqual(commands);
  });

  it('holds several commands, basic ones without and extended ones with a semicolon', () => {
    expect(
      parseCommandLine('ATE0V1+CMEE=2;+CSQ;I')?.map((command) => 'name' in command && command.name),
    ).toEqual(['E', 'V', '+CMEE', '+CSQ', 'I']);
  });

  it('starts behind noise, and is none without AT', () => {
    expect(parseCommandLine('\u0000~}#ATI')).toEqual([
      { kind: 'basic', name: 'I', operation: 'exec', value: 0 },
    ]);
    expect(parseCommandLine('hello')).toBeUndefined();
    expect(parseCommandLine('')).toBeUndefined();
  });

  it.each(['AT+CGDCONT=1,"IP', 'AT+X=a"b"', 'AT?', 'AT+=1', 'AT+CSQ 5'])(
    '%s ends in an invalid command',
    (line) => {
      expect(parseCommandLine(line)?.at(-1)?.kind).toBe('invalid');
    },
  );

  it('never throws, whatever the bytes, and consumes the whole line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const commands = parseCommandLine(`AT${text}`) ?? [];
        expect(commands.slice(0, -1).every(({ kind }) => kind !== 'invalid')).toBe(true);
      }),
    );
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.array(anyCommand(), { maxLength: 5 }), (commands) => {
        expect(parseCommandLine(formatCommandLine(commands))).toEqual(commands);
      }),
    );
  });
});

function anyCommand(): fc.Arbitrary<AtCommand> {
  const value = fc.oneof(
    fc.stringMatching(/^[0-9A-Fa-f]{0,8}$/).map(bare),
    fc.string({ maxLength: 20 }).map(quoted),
  );
  const name = fc.stringMatching(/^[+!$^*][A-Z][A-Z0-9]{0,8}$/);
  const extended = fc.record({
    kind: fc.constant('extended' as const),
    name,
    operation: fc.constantFrom('exec' as const, 'read' as const, 'test' as const),
    values: fc.constant([]),
  });
  const set = fc.record({
    kind: fc.constant('extended' as const),
    name,
    operation: fc.constant('set' as const),
    values: fc.array(value, { minLength: 1, maxLength: 4 }).filter((values) => !looksLikeTest(values)),
  });
  const basic = fc.record({
    kind: fc.constant('basic' as const),
    name: fc.constantFrom('E', 'V', 'Q', 'I', 'Z', '&F', '&D'),
    operation: fc.constant('exec' as const),
    value: fc.integer({ min: 0, max: 9 }),
  });
  return fc.oneof(extended, set, basic);
}

// `=?` asks; no value of ours is a bare question mark, but an empty list of bare nothing is `=`, which stays a set.
function looksLikeTest(values: readonly AtValue[]): boolean {
  return values.length === 1 && values[0]?.text === '?' && !values[0].quoted;
}
