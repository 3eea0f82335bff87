import type { Address, SedCommand } from './sed-script.ts';

/** Edits line after line; true: the script has quit. */
export function createEditor(
  commands: readonly SedCommand[],
  silent: boolean,
  out: (text: string) => void,
): (line: string, last: boolean) => boolean {
  // Commands whose range of lines has begun and not ended.
  const active = new Set<SedCommand>();
  let number = 0;
  return (line, last) => {
    const cycle: Cycle = { space: line, last, number: ++number, active, after: [], deleted: false, out };
    const quit = runCommands(cycle, commands) === 'quit';
    if (!silent && !cycle.deleted) out(cycle.space + '\n');
    cycle.after.forEach(out);
    return quit;
  };
}

/** What the commands do to one line. */
interface Cycle {
  space: string;
  deleted: boolean;
  readonly last: boolean;
  readonly number: number;
  readonly active: Set<SedCommand>;
  /** Printed after the line: what `a` adds. */
  readonly after: string[];
  readonly out: (text: string) => void;
}

type Next = 'on' | 'end' | 'quit';

function runCommands(cycle: Cycle, commands: readonly SedCommand[]): Next {
  for (const command of commands) {
    if (isAddressed(cycle, command) === command.negated) continue;
    const next = runCommand(cycle, command);
    if (next !== 'on') return next;
  }
  return 'on';
}

function runCommand(cycle: Cycle, command: SedCommand): Next {
  switch (command.name) {
    case '{':
      return runCommands(cycle, command.body ?? []);
    case 's':
    case 'y': {
      const changed = command.replace?.(cycle.space);
      cycle.space = changed ?? cycle.space;
      if (changed !== undefined && command.print) cycle.out(changed + '\n');
      return 'on';
    }
    case 'p':
      cycle.out(cycle.space + '\n');
      return 'on';
    case '=':
      cycle.out(`${cycle.number}\n`);
      return 'on';
    case 'i':
      cycle.out(`${command.text}\n`);
      return 'on';
    case 'a':
      cycle.after.push(`${command.text}\n`);
      return 'on';
    case 'c':
      cycle.out(`${command.text}\n`);
      cycle.deleted = true;
      return 'end';
    case 'd':
      cycle.deleted = true;
      return 'end';
    default:
      return 'quit';
  }
}

function isAddressed(cycle: Cycle, command: SedCommand): boolean {
  const { active, number } = cycle;
  const [from, to] = command.addresses;
  if (!from) return true;
  if (!to) return matches(cycle, from);
  if (active.has(command)) {
    if (to.kind === 'line' ? number >= to.line : matches(cycle, to)) active.delete(command);
    return true;
  }
  if (!matches(cycle, from)) return false;
  if (!(to.kind === 'line' && to.line <= number)) active.add(command);
  return true;
}

function matches({ number, last, space }: Cycle, address: Address): boolean {
  if (address.kind === 'line') return number === address.line;
  return address.kind === 'last' ? last : address.pattern.test(space);
}
