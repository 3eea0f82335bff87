import type { UciSection, UciValue } from '../machine.ts';

/** A section while it is being built or changed. */
export interface Section extends UciSection {
  readonly options: Map<string, UciValue>;
}

/** What a configuration file says, or where it can't be read. */
export type Parsed = { readonly sections: Section[] } | { readonly error: string };

/** Reads /etc/config text. Source: libuci file.c, uci_parse_line. */
export function parseUci(text: string): Parsed {
  const sections: Section[] = [];
  for (const { number, words } of linesOf(text)) {
    const place = `at line ${number}, byte 0`;
    if (typeof words === 'string') return { error: `${words} ${place}` };
    const problem = words.length > 0 ? takeLine(sections, words) : undefined;
    if (problem !== undefined) return { error: `${problem} ${place}` };
  }
  return { sections };
}

function takeLine(sections: Section[], words: readonly string[]): string | undefined {
  const [keyword, first, second] = words;
  if (words.length > 3) return 'too many arguments';
  if (keyword === 'package' || keyword === 'p') return undefined;
  if (first === undefined) return 'insufficient arguments';
  if (keyword === 'config' || keyword === 'c') {
    addSection(sections, first, second);
    return undefined;
  }
  const section = sections.at(-1);
  if (keyword !== 'option' && keyword !== 'o' && keyword !== 'list' && keyword !== 'l')
    return 'invalid command';
  if (!section) return 'option/list command found before the first section';
  if (second === undefined) return 'insufficient arguments';
  if (keyword.startsWith('o')) section.options.set(first, second);
  else section.options.set(first, [...asList(section.options.get(first)), second]);
  return undefined;
}

/** Appends a section; one of that name that is there already is taken up again. */
export function addSection(sections: Section[], type: string, name?: string): Section {
  const present = name === undefined ? undefined : sections.find((section) => section.name === name);
  if (present) return present;
  const section: Section = {
    name: name ?? generatedName(sections.length + 1, type),
    anonymous: name === undefined,
    type,
    options: new Map(),
  };
  sections.push(section);
  return section;
}

/** `cfg03dc81`: the section's number and the low half of djb2 of its type. Source: libuci list.c, uci_fixup_section. */
export function generatedName(number: number, type: string): string {
  let hash = 5381;
  for (let i = 0; i < type.length; i++) hash = (Math.imul(hash, 33) + type.charCodeAt(i)) | 0;
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
  return `cfg${hex(number, 2)}${hex(hash & 0xffff, 4)}`;
}

export function asList(value: UciValue | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** The text of a file in /etc/config. */
export function formatUci(sections: readonly UciSection[]): string {
  const out: string[] = [];
  for (const section of sections) {
    out.push(
      '',
      section.anonymous ? `config ${section.type}` : `config ${section.type} ${quote(section.name)}`,
    );
    for (const [name, value] of section.options) {
      if (typeof value === 'string') out.push(`\toption ${name} ${quote(value)}`);
      else for (const item of value) out.push(`\tlist ${name} ${quote(item)}`);
    }
  }
  return out.join('\n') + '\n' + (out.length > 0 ? '\n' : '');
}

/** `it's` -> `'it'\''s'` */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The words of a line, quotes removed; or what is wrong with it. */
interface Line {
  /** Of its first character, from 1. */
  readonly number: number;
  readonly words: readonly string[] | string;
}

/**
 * Lines as libuci reads them, in files and in `uci batch` alike: a quoted word may go on over the end of a line.
 * Source: libuci file.c, parse_str, parse_single_quote.
 */
export function* linesOf(text: string): Generator<Line> {
  let number = 1;
  for (let at = 0; at < text.length;) {
    const { words, end } = readLine(text, at);
    yield { number, words };
    number += text.slice(at, end).split('\n').length - 1;
    at = end;
  }
}

function readLine(text: string, start: number): { words: string[] | string; end: number } {
  const words: string[] = [];
  let word: string | undefined;
  const finish = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  let i = start;
  for (; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\n') {
      i++;
      break;
    }
    if (c === '#' && word === undefined) {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end + 1;
      break;
    }
    if (/[ \t\r;]/.test(c)) finish();
    else if (c === "'" || c === '"') {
      const end = closingQuote(text, i);
      if (end < 0) return { words: `unterminated ${c}`, end: text.length };
      const inside = text.slice(i + 1, end);
      word = (word ?? '') + (c === '"' ? inside.replaceAll(/\\(.)/gs, '$1') : inside);
      i = end;
    } else if (c === '\\') word = (word ?? '') + (text[++i] ?? '');
    else word = (word ?? '') + c;
  }
  finish();
  return { words, end: i };
}

function closingQuote(text: string, start: number): number {
  const mark = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\' && mark === '"') i++;
    else if (text[i] === mark) return i;
  }
  return -1;
}
