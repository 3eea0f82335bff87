import { absolute } from '../files.ts';
import type { Input, Process } from '../machine.ts';
import { openInput } from '../shell/redirect.ts';
import { nameOf } from './options.ts';

/** An operand that was opened, `-` being standard input. */
export interface NamedInput {
  readonly name: string;
  readonly input: Input;
}

/**
 * Opens the operands, or standard input if there are none, one after the other, saying which can't be.
 * @param onProblem called once for each that can't be opened
 */
export async function* openInputs(
  process: Process,
  operands: readonly string[],
  onProblem: () => void,
): AsyncGenerator<NamedInput, void> {
  for (const name of operands.length > 0 ? operands : ['-']) {
    if (name === '-') {
      yield { name, input: process.stdin };
      continue;
    }
    const path = absolute(process.cwd, name);
    if (process.machine.files.kind(path) === 'directory') {
      process.err(`${nameOf(process)}: read error: Is a directory\n`);
      onProblem();
      continue;
    }
    const closers: (() => void)[] = [];
    const input = openInput(process.machine, path, process.pid, closers);
    if (!input) {
      process.err(`${nameOf(process)}: ${openProblem(process, name)}\n`);
      onProblem();
      continue;
    }
    const close = (): void => closers.forEach((closer) => closer());
    process.signal.addEventListener('abort', close, { once: true });
    try {
      yield { name, input };
    } finally {
      process.signal.removeEventListener('abort', close);
      close();
    }
  }
}

/** cat, wc and tail say `can't open`, the others name the file. */
function openProblem(process: Process, name: string): string {
  const tail = 'No such file or directory';
  return /^(?:cat|head|tail|wc|sort|uniq|cut|tee|sha256sum|md5sum)$/.test(nameOf(process))
    ? `can't open '${name}': ${tail}`
    : `${name}: ${tail}`;
}

/** All lines of the operands. */
export async function* linesOf(
  process: Process,
  operands: readonly string[],
  onProblem: () => void,
): AsyncGenerator<string, void> {
  for await (const { input } of openInputs(process, operands, onProblem)) yield* input.lines();
}

/** The lines of a text; a newline at the end begins no further one. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
