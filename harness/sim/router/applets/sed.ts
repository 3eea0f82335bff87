import { absolute } from '../files.ts';
import type { Applet, Process } from '../machine.ts';
import { linesOf, splitLines } from './inputs.ts';
import { fail, parseOptions, usageText, type Options } from './options.ts';
import { createEditor } from './sed-editor.ts';
import { parseSed, type SedCommand } from './sed-script.ts';

const SYNOPSIS = '[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...';

/** A stream editor with s, p, d, q, i, a, c, y, = and { }, which is what scripts on routers use. Source: POSIX sed. */
export const sed: Applet = async (process) => {
  const options = parseOptions(process, 'nrEie:f:s', SYNOPSIS);
  if (!options) return 1;
  const operands = [...options.operands];
  const scripts = options
    .values('e')
    .concat(
      options.values('f').map((name) => process.machine.files.readText(absolute(process.cwd, name)) ?? ''),
    );
  if (scripts.length === 0) {
    const first = operands.shift();
    if (first === undefined) {
      process.err(usageText(process, SYNOPSIS));
      return 1;
    }
    scripts.push(first);
  }
  const parsed = parseSed(scripts.join('\n'), options.has('r') || options.has('E'));
  if (typeof parsed === 'string') return fail(process, parsed);
  return options.has('i')
    ? editInPlace(process, options, parsed, operands)
    : editStream(process, options, parsed, operands);
};

async function editStream(
  process: Process,
  options: Options,
  commands: readonly SedCommand[],
  operands: readonly string[],
): Promise<number> {
  let status = 0;
  const edit = createEditor(commands, options.has('n'), process.out);
  // The last line is known only when the one after it is not there: lines are held back by one.
  const needsLast = commands.some(usesLast);
  let held: string | undefined;
  for await (const line of linesOf(process, operands, () => (status = 1))) {
    if (!needsLast) {
      if (edit(line, false)) return status;
      continue;
    }
    if (held !== undefined && edit(held, false)) return status;
    held = line;
  }
  if (held !== undefined) edit(held, true);
  return status;
}

function usesLast(command: SedCommand): boolean {
  return command.addresses.some((address) => address.kind === 'last') || (command.body ?? []).some(usesLast);
}

function editInPlace(
  process: Process,
  options: Options,
  commands: readonly SedCommand[],
  operands: readonly string[],
): number {
  let status = 0;
  for (const name of operands) {
    const path = absolute(process.cwd, name);
    const text = process.machine.files.readText(path);
    if (text === undefined) {
      status = fail(process, `${name}: No such file or directory`);
      continue;
    }
    let out = '';
    const edit = createEditor(commands, options.has('n'), (piece) => (out += String(piece)));
    const lines = splitLines(text);
    lines.some((line, index) => edit(line, index === lines.length - 1));
    process.machine.files.write(path, out);
  }
  return status;
}
