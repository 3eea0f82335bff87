import { describe, expect, it } from '@jest/globals';

import { commandHelp, generalHelp } from '../../../harness/cli/help.ts';
import { parseArguments } from '../../../harness/cli/parse.ts';
import { commands } from '../../../harness/cli/commands.ts';
import type { CommandSpec } from '../../../harness/cli/spec.ts';
import { errorOf } from '../lab/error-of.ts';

const spec = (name: string): CommandSpec => commands.find((command) => command.name === name) as CommandSpec;
const run = spec('run');

describe('the command line', () => {
  it('takes what the issue of the day needs', () => {
    const args = parseArguments(
      run,
      '--rig a --rig b --suite connect/ppp --seed 007 --set soak.hours=24 --set a=b=c --json'.split(' '),
    );
    expect(args.texts('rig')).toEqual(['a', 'b']);
    expect(args.text('seed')).toBe('007');
    expect(args.texts('set')).toEqual(['soak.hours=24', 'a=b=c']);
    expect([args.flag('json'), args.flag('list')]).toEqual([true, false]);
    expect(args.text('out')).toBeUndefined();
  });

  it('takes a single dash for standard input', () => {
    expect(parseArguments(spec('diagnose'), ['-', '--json']).positionals).toEqual(['-']);
  });

  it.each([
    [run, ['--rgi', 'x'], 'usage.unknown-option', 'unknown option --rgi (did you mean "--rig"?)'],
    [run, ['--seed'], 'usage.missing-value', '--seed needs a value'],
    [run, ['--out', ''], 'usage.missing-value', '--out needs a value'],
    [run, ['--seed', '1', '--seed', '2'], 'usage.option-twice', '--seed is given 2 times'],
    [run, ['sim-mifi22-ec25'], 'usage.extra-argument', '"sim-mifi22-ec25" is one argument too many'],
    [spec('diagnose'), [], 'usage.missing-argument', 'diagnose needs FILE'],
    [spec('rigs check'), ['a', 'b'], 'usage.extra-argument', '"b" is one argument too many'],
  ])('refuses $name %j with %s', (command, argv, code, message) => {
    const error = errorOf(() => parseArguments(command, argv));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(`wwanlab ${command.name} --help`);
  });
});

describe('help', () => {
  it('documents every exit code, everywhere', () => {
    for (const text of [generalHelp(), ...commands.map((command) => commandHelp([command]))]) {
      for (const code of ['0 ', '1 ', '2 ', '3 ', '64']) expect(text).toContain(`  ${code}  `);
    }
  });

  it('shows only examples that can be typed', () => {
    for (const { examples } of commands) {
      for (const { type } of examples) {
        const typed = type.replace(/^.*\| /, '').match(/"[^"]*"|\S+/g) ?? [];
        const words = typed.slice(1).map((word) => word.replaceAll('"', ''));
        const called = commands.find(({ name }) =>
          `${words.join(' ')} `.startsWith(`${name} `),
        ) as CommandSpec;
        expect(() => parseArguments(called, words.slice(called.name.split(' ').length))).not.toThrow();
      }
    }
  });

  it('fits into 110 columns', () => {
    const text = generalHelp() + commandHelp(commands);
    expect(text.split('\n').filter((line) => line.length > 110)).toEqual([]);
  });
});
