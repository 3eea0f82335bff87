import type { UciSection, UciValue } from '../../rig/uci.ts';
import { unexpectedOutput } from './errors.ts';

/**
 * Reads what `uci export` prints, or a file of /etc/config. Values may hold quotes and line breaks.
 * Source: libuci file.c, uci_parse_line, uci_export_package.
 * @throws HarnessError `openwrt.unexpected-output`
 */
export function parseUci(text: string): readonly UciSection[] {
  const sections: { path: string; type: string; options: Record<string, UciValue> }[] = [];
  const counts = new Map<string, number>();
  for (const [keyword, name, value] of linesOf(text)) {
    if (keyword === 'package' && name !== undefined) continue;
    if (keyword === 'config' && name !== undefined) {
      const index = counts.get(name) ?? 0;
      counts.set(name, index + 1);
      sections.push({ path: value ?? `@${name}[${index}]`, type: name, options: {} });
      continue;
    }
    const options = sections.at(-1)?.options;
    if (!options || name === undefined || value === undefined) throw unknown(text);
    if (keyword === 'option') options[name] = value;
    else if (keyword === 'list') options[name] = [...itemsOf(options[name]), value];
    else throw unknown(text);
  }
  return sections;
}

/** An option counts as a list of one. */
export const itemsOf = (value: UciValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** A value may be a secret: none is shown. */
const unknown = (text: string): Error =>
  unexpectedOutput('uci export', `${text.length} characters`, 'sections of options and lists');

/** Blanks, a comment, an end of line, or a piece of a word: quoted, escaped or plain. */
const TOKEN = /([ \t\r;]+)|(#[^\n]*)|(\n)|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\;]+)/y;

/** The words of each line that has some. */
function* linesOf(text: string): Generator<readonly string[]> {
  let words: string[] = [];
  let word: string | undefined;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const token = new RegExp(TOKEN);
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (!found) throw unknown(text);
    const [, blank, comment, end, single, double, escaped, plain] = found;
    if (comment !== undefined && word !== undefined) {
      // Amid a word it is a character like others.
      word += '#';
      token.lastIndex = at + 1;
    } else if (blank !== undefined || comment !== undefined || end !== undefined) {
      endWord();
      if (end !== undefined && words.length > 0) {
        yield words;
        words = [];
      }
    } else word = (word ?? '') + (single ?? double?.replaceAll(/\\([^])/g, '$1') ?? escaped ?? plain ?? '');
  }
  endWord();
  if (words.length > 0) yield words;
}
