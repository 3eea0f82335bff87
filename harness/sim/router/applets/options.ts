import type { Process } from '../machine.ts';

/** Options and operands of a command line, as getopt(3) takes them apart. */
export interface Options {
  has(letter: string): boolean;
  /** The last argument of an option that takes one. */
  value(letter: string): string | undefined;
  values(letter: string): readonly string[];
  readonly operands: readonly string[];
}

/**
 * @param spec option letters, each followed by `:` if it takes an argument
 * @param synopsis what stands behind `Usage: ` in the program's own help, without its name
 * @returns undefined after a wrong option, which has been said: exit with 1
 */
export function parseOptions(process: Process, spec: string, synopsis: string): Options | undefined {
  const given = new Map<string, string[]>();
  const operands: string[] = [];
  const args = process.argv.slice(1);
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (!/^-[^-]/.test(word)) {
      if (word.startsWith('--'))
        return wrongUsage(process, `unrecognized option: ${word.slice(2)}`, synopsis);
      operands.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      const place = letter === ':' ? -1 : spec.indexOf(letter);
      if (place < 0) return wrongUsage(process, `unrecognized option: ${letter}`, synopsis);
      const list = given.get(letter) ?? [];
      given.set(letter, list);
      if (spec[place + 1] !== ':') continue;
      const value = at + 1 < word.length ? word.slice(at + 1) : args[++i];
      if (value === undefined) return wrongUsage(process, `option requires an argument: ${letter}`, synopsis);
      list.push(value);
      break;
    }
  }
  return {
    has: (letter) => given.has(letter),
    value: (letter) => given.get(letter)?.at(-1),
    values: (letter) => given.get(letter) ?? [],
    operands,
  };
}

function wrongUsage(process: Process, problem: string, synopsis: string): undefined {
  process.err(`${nameOf(process)}: ${problem}\n${usageText(process, synopsis)}`);
  return undefined;
}

/** busybox's help: its version, then the program's usage. */
export function usageText(process: Process, synopsis: string): string {
  const { busybox } = process.machine.flavour;
  return `BusyBox v${busybox} multi-call binary.\n\nUsage: ${nameOf(process)} ${synopsis}\n`;
}

/** The program's name without its folder. */
export function nameOf(process: Process): string {
  const called = process.argv[0] ?? '';
  return called.slice(called.lastIndexOf('/') + 1);
}

/** Prints `NAME: TEXT` on standard error and gives the exit status 1. */
export function fail(process: Process, text: string, status = 1): number {
  process.err(`${nameOf(process)}: ${text}\n`);
  return status;
}
