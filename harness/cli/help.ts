import { commands } from './commands.ts';
import type { CommandSpec, Example, OptionSpec } from './spec.ts';

const EXIT_CODES = [
  'Exit codes:',
  '  0   pass',
  '  1   product failure: the device under test did not do what it should',
  '  2   infrastructure error: the rig, the lab, the harness or a broken file; says nothing of the product',
  '  3   inconclusive: not enough evidence yet',
  '  64  wrong usage of the command line',
  '  130 interrupted by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP; what goes on until it is ended: 0 then',
  'With --json, an error is one line on standard output: {"error": {code, message, blame, effect, hint}}',
];

/** The help of everything. Printed by hand: loading a parser only to print would cost half of the time it may take. */
export function generalHelp(): string {
  const width = Math.max(...commands.map(({ name, usage }) => name.length + 1 + usage.length));
  return lines([
    'wwanlab: proves that an OpenWrt router and its cellular modem get online and stay online',
    '',
    'Usage: wwanlab COMMAND',
    '',
    'Commands:',
    ...commands.map(({ name, usage, about }) => `  ${`${name} ${usage}`.padEnd(width)}  ${about}`),
    '',
    'Options:',
    '  --help     this help, or that of a command: wwanlab run --help',
    '  --version  the version',
    '',
    ...EXIT_CODES,
    '',
    ...exampleLines([
      { type: 'wwanlab run', about: 'everything, on every simulated rig; needs no hardware' },
      { type: 'wwanlab run --list', about: 'which suites and rigs there are' },
      { type: 'wwanlab diagnose thread.txt', about: 'why the modem in this log is offline' },
    ]),
  ]);
}

/** The help of one command, or of a group such as `rigs`. */
export function commandHelp(specs: readonly CommandSpec[]): string {
  return specs.map(helpOf).join('\n');
}

function helpOf({ name, usage, about, details, options, examples }: CommandSpec): string {
  return lines([
    `wwanlab ${name}: ${about}`,
    '',
    `Usage: wwanlab ${name} ${usage}`,
    '',
    ...details.map((line) => `  ${line}`),
    '',
    'Options:',
    ...optionLines([...options, { name: 'help', about: 'this help' }]),
    '',
    ...exampleLines(examples),
    '',
    ...EXIT_CODES,
  ]);
}

function optionLines(options: readonly OptionSpec[]): string[] {
  const forms = options.map(({ name, value }) => `--${name}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(...forms.map((form) => form.length));
  return options.map(({ about }, index) => `  ${(forms[index] ?? '').padEnd(width)}  ${about}`);
}

function exampleLines(examples: readonly Example[]): string[] {
  const width = Math.max(...examples.map(({ type }) => type.length));
  return ['Examples:', ...examples.map(({ type, about }) => `  ${type.padEnd(width)}  # ${about}`)];
}

const lines = (all: readonly string[]): string => all.join('\n') + '\n';
