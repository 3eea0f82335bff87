import type { AtCommand, AtOperation, AtValue } from './command.ts';

const EXTENDED = /^[+!$^*%#][A-Z][A-Z0-9!%\-./:_]*/i;
const PARAMETER = /^S(\d{1,3})(\?|=\?|=(\d*))/i;
const BASIC = /^(&?[A-Z])(\d{0,5})(\?|=\?|=(\d+))?/i;

/**
 * The commands of one line (V.250 5.2.1), without its carriage return. Undefined: the line has no `AT` prefix and is no
 * command line. Never throws: what can't be read becomes an `invalid` command, the last of the list.
 */
export function parseCommandLine(line: string): AtCommand[] | undefined {
  const start = /at/i.exec(line);
  if (!start) return undefined;
  const commands: AtCommand[] = [];
  let rest = line.slice(start.index + 2);
  for (rest = skipSpace(rest); rest !== ''; rest = skipSpace(rest)) {
    const [command, length] = nextCommand(rest);
    commands.push(command);
    rest = rest.slice(length);
  }
  return commands;
}

// Spaces and stray separators carry no meaning between commands.
function skipSpace(text: string): string {
  return text.replace(/^[ ;]+/, '');
}

function nextCommand(text: string): [command: AtCommand, length: number] {
  if (/^d/i.test(text)) return [{ kind: 'dial', number: text.slice(1).trim() }, text.length];
  const extended = EXTENDED.exec(text);
  if (extended) return extendedCommand(text, extended[0]);
  return parameterCommand(text) ?? basicCommand(text) ?? [{ kind: 'invalid', text }, text.length];
}

function extendedCommand(text: string, name: string): [AtCommand, number] {
  const end = endOfExtended(text, name.length);
  const operand = text.slice(name.length, end).trim();
  const operation = operationOf(operand);
  if (operation === undefined) return [{ kind: 'invalid', text }, text.length];
  const values = operation === 'set' ? splitValues(operand.slice(1)) : [];
  if (values === undefined) return [{ kind: 'invalid', text }, text.length];
  return [{ kind: 'extended', name: name.toUpperCase(), operation, values }, end];
}

function operationOf(operand: string): AtOperation | undefined {
  if (operand === '') return 'exec';
  if (operand === '?') return 'read';
  if (/^= *\?$/.test(operand)) return 'test';
  return operand.startsWith('=') ? 'set' : undefined;
}

/** Where the command ends: at a semicolon outside quotes, or at the end of the line. */
function endOfExtended(text: string, from: number): number {
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === ';' && !quoted) return i;
  }
  return text.length;
}

/** Parameters between commas outside quotes; undefined where a quote is left open or text clings to one. */
function splitValues(text: string): AtValue[] | undefined {
  const values: AtValue[] = [];
  let part = '';
  let quoted = false;
  for (const c of text) {
    if (c === '"') quoted = !quoted;
    if (c === ',' && !quoted) {
      const value = valueOf(part);
      if (!value) return undefined;
      values.push(value);
      part = '';
    } else part += c;
  }
  const last = valueOf(part);
  if (quoted || !last) return undefined;
  return [...values, last];
}

function valueOf(part: string): AtValue | undefined {
  const text = part.trim();
  if (!text.includes('"')) return { text, quoted: false };
  if (!/^"[^"]*"$/.test(text)) return undefined;
  return { text: unescape(text.slice(1, -1)), quoted: true };
}

/** `\22` stands for a quotation mark, `\5C` for the backslash itself (V.250 5.4.2.2). */
function unescape(text: string): string {
  return text.replace(/\\([0-9A-Fa-f]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function parameterCommand(text: string): [AtCommand, number] | undefined {
  const match = PARAMETER.exec(text);
  if (!match) return undefined;
  const [all, number, operator, value] = match;
  const operation = operator === '?' ? 'read' : operator === '=?' ? 'test' : 'set';
  return [{ kind: 'basic', name: `S${Number(number)}`, operation, value: Number(value ?? 0) }, all.length];
}

function basicCommand(text: string): [AtCommand, number] | undefined {
  const match = BASIC.exec(text);
  if (!match) return undefined;
  const [all, name, digits, operator, assigned] = match;
  const operation = operator === undefined ? 'exec' : operator.startsWith('?') ? 'read' : undefined;
  const known = operation ?? (assigned === undefined ? 'test' : 'set');
  const value = Number(known === 'set' ? assigned : digits || 0);
  return [{ kind: 'basic', name: (name as string).toUpperCase(), operation: known, value }, all.length];
}
