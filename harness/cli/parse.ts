import yargs from 'yargs';

import { didYouMean } from '../lab/nearest.ts';
import type { Arguments, CommandSpec, OptionSpec } from './spec.ts';
import { usageError } from './usage.ts';

/**
 * Reads what follows a command's name.
 * @throws HarnessError `usage.…` for anything that the command does not know, lacks or has too much of
 */
export function parseArguments(spec: CommandSpec, argv: readonly string[]): Arguments {
  const values = parseWithYargs(spec, argv);
  const positionals = (values['_'] as unknown[]).map(String);
  checkPositionals(spec, positionals);
  const texts = (name: string): string[] => [values[name] ?? []].flat().map(String);
  for (const option of spec.options) checkOption(spec, option, texts(option.name));
  return {
    positionals,
    flag: (name) => values[name] === true,
    text: (name) => texts(name)[0],
    texts,
  };
}

function parseWithYargs(spec: CommandSpec, argv: readonly string[]): Readonly<Record<string, unknown>> {
  const parser = yargs([...argv])
    .locale('en')
    .help(false)
    .version(false)
    .exitProcess(false)
    .showHelpOnFail(false)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'short-option-groups': false,
    })
    .strictOptions()
    .fail((message: string | null, error: Error | undefined) => {
      throw wrongOption(spec, message ?? error?.message ?? 'wrong options');
    });
  for (const { name, value } of spec.options) {
    parser.option(name, value === undefined ? { type: 'boolean' } : { type: 'string', requiresArg: true });
  }
  return parser.parseSync();
}

/** yargs says `Unknown argument: rgi`; people want to know which one they meant. */
function wrongOption(spec: CommandSpec, message: string): Error {
  const known = spec.options.map(({ name }) => `--${name}`);
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1]?.split(', ');
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (unknown) {
    const text = unknown.map((name) => `--${name}${didYouMean(`--${name}`, known)}`).join(', ');
    return usageError('unknown-option', `unknown option ${text}`, seeHelp(spec));
  }
  if (missing !== undefined) return usageError('missing-value', `--${missing} needs a value`, seeHelp(spec));
  return usageError('options', message, seeHelp(spec));
}

function checkPositionals(spec: CommandSpec, given: readonly string[]): void {
  const missing = spec.positionals[given.length];
  if (missing !== undefined) {
    throw usageError(
      'missing-argument',
      `${spec.name} needs ${missing}: wwanlab ${spec.name} ${spec.usage}`,
      seeHelp(spec),
    );
  }
  const [extra] = given.slice(spec.positionals.length + (spec.optional?.length ?? 0));
  if (extra !== undefined)
    throw usageError('extra-argument', `"${extra}" is one argument too many`, seeHelp(spec));
}

function checkOption(spec: CommandSpec, { name, value, many }: OptionSpec, given: readonly string[]): void {
  if (!many && given.length > 1) {
    throw usageError(
      'option-twice',
      `--${name} is given ${given.length} times`,
      `give it once; ${seeHelp(spec)}`,
    );
  }
  if (value !== undefined && given.some((text) => text === '')) {
    throw usageError('missing-value', `--${name} needs a value: --${name} ${value}`, seeHelp(spec));
  }
}

const seeHelp = (spec: CommandSpec): string => `see: wwanlab ${spec.name} --help`;
