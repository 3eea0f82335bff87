import type { Applet, Process } from '../machine.ts';
import { linesOf } from './inputs.ts';
import { fail, parseOptions } from './options.ts';
import { compileRegExp } from './regular-expressions.ts';

interface Rule {
  readonly when: (fields: readonly string[], number: number) => boolean;
  /** What is printed: texts and field numbers; `,` puts a blank between. */
  readonly print: readonly (readonly Item[])[];
  readonly exit: boolean;
}

type Item = { readonly text: string } | { readonly field: number | 'NF' } | 'NR' | 'NF';

/**
 * The one use that scripts on routers make of awk: `/pattern/ {print $1, $NF}` with -F. Everything else is refused as
 * awk refuses what it can't parse, never guessed.
 */
export const awk: Applet = async (process) => {
  const options = parseOptions(process, 'F:v:f:', '[OPTIONS] [AWK_PROGRAM] [FILE]...');
  if (!options) return 1;
  const [program, ...files] = options.operands;
  const rules =
    program === undefined || options.has('f') || options.has('v') ? undefined : parseProgram(program);
  if (!rules) return fail(process, `cmd. line:1: Unexpected token`);
  let status = 0;
  let number = 0;
  for await (const line of linesOf(process, files, () => (status = 2))) {
    number++;
    if (!runRules(process, rules, [line, ...splitFields(line, options.value('F'))], number)) break;
  }
  return status;
};

/** False once a rule said `exit`. */
function runRules(
  process: Process,
  rules: readonly Rule[],
  fields: readonly string[],
  number: number,
): boolean {
  for (const rule of rules) {
    if (!rule.when(fields, number)) continue;
    const text = rule.print
      .map((items) => items.map((item) => valueOf(item, fields, number)).join(''))
      .join(' ');
    process.out(text + '\n');
    if (rule.exit) return false;
  }
  return true;
}

function valueOf(item: Item, fields: readonly string[], number: number): string {
  if (item === 'NR') return String(number);
  if (item === 'NF') return String(fields.length - 1);
  if ('text' in item) return item.text;
  return fields[item.field === 'NF' ? fields.length - 1 : item.field] ?? '';
}

function splitFields(line: string, separator: string | undefined): string[] {
  if (separator === undefined || separator === ' ') return line.split(/\s+/).filter((field) => field !== '');
  if (line === '') return [];
  if (separator.length === 1 && separator !== '|') return line.split(separator === 't' ? '\t' : separator);
  return line.split(compileRegExp(separator, true) ?? separator);
}

const RULE =
  /\s*(?:\/((?:[^/\\]|\\.)*)\/|(NR|\$\d+)\s*==\s*("[^"]*"|\d+))?\s*(?:\{\s*print\b([^;{}]*)(;\s*exit)?\s*;?\s*\})?\s*;?/y;

function parseProgram(program: string): Rule[] | undefined {
  const rules: Rule[] = [];
  RULE.lastIndex = 0;
  while (RULE.lastIndex < program.length) {
    const match = RULE.exec(program);
    if (!match || match[0].trim() === '') return undefined;
    const [, pattern, subject, value, printed = '', exit] = match;
    const print = parsePrint(printed);
    const when = conditionOf(pattern, subject, value);
    if (!print || !when) return undefined;
    rules.push({ when, print, exit: exit !== undefined });
  }
  return rules.length > 0 ? rules : undefined;
}

function conditionOf(pattern?: string, subject?: string, value?: string): Rule['when'] | undefined {
  if (pattern !== undefined) {
    const compiled = compileRegExp(pattern, true);
    return compiled && ((fields) => compiled.test(fields[0] ?? ''));
  }
  if (subject === undefined || value === undefined) return () => true;
  const wanted = value.startsWith('"') ? value.slice(1, -1) : value;
  if (subject === 'NR') return (_fields, number) => String(number) === wanted;
  return (fields) => fields[Number(subject.slice(1))] === wanted;
}

/** Comma-separated expressions, each a row of fields and strings; undefined: something else is in it. */
function parsePrint(text: string): Item[][] | undefined {
  if (text.trim() === '') return [[{ field: 0 }]];
  const out: Item[][] = [[]];
  const token = /\s*(?:\$(\d+|NF)|(NR|NF)|"((?:[^"\\]|\\.)*)"|(,))/y;
  const trimmed = text.trim();
  while (token.lastIndex < trimmed.length) {
    const match = token.exec(trimmed);
    if (!match) return undefined;
    const [, field, name, string] = match;
    if (field !== undefined) out.at(-1)?.push({ field: field === 'NF' ? 'NF' : Number(field) });
    else if (name !== undefined) out.at(-1)?.push(name as 'NR' | 'NF');
    else if (string !== undefined)
      out
        .at(-1)
        ?.push({ text: string.replaceAll('\\t', '\t').replaceAll('\\n', '\n').replaceAll('\\"', '"') });
    else out.push([]);
  }
  return out;
}
