/** POSIX regular expressions (XBD 9), as grep and sed take them, written as JavaScript's. */

import { characterClasses } from '../character-classes.ts';

/**
 * @param extended ERE (`grep -E`); otherwise BRE, in which `\(`, `\{`, `\|`, `\+`, `\?` are the operators
 * @returns undefined where the pattern is no regular expression
 */
export function compileRegExp(pattern: string, extended: boolean, flags = ''): RegExp | undefined {
  try {
    return new RegExp(translate(pattern, extended), flags);
  } catch {
    return undefined;
  }
}

function translate(pattern: string, extended: boolean): string {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '[') {
      const bracket = bracketAt(pattern, i);
      out += bracket.source;
      i = bracket.end;
    } else if (c === '\\') out += escaped(pattern[++i] ?? '\\', extended);
    else if (!extended && '(){}|+?'.includes(c)) out += '\\' + c;
    // At the beginning of a BRE, `*` is itself; `^` and `$` are anchors at the ends only.
    else if (!extended && c === '*' && (out === '' || out.endsWith('(') || out === '^')) out += '\\*';
    else if (!extended && c === '^' && out !== '' && !out.endsWith('(') && !out.endsWith('|')) out += '\\^';
    else if (!extended && c === '$' && i + 1 < pattern.length && !/^\\[)|]/.test(pattern.slice(i + 1)))
      out += '\\$';
    else if (extended && c === '{' && !/^\{\d*,?\d*\}/.test(pattern.slice(i))) out += '\\{';
    else out += c === '/' ? '\\/' : c;
  }
  return out;
}

function escaped(c: string, extended: boolean): string {
  if (!extended && '(){}|+?'.includes(c)) return c;
  if (c === '<') return '\\b(?=\\w)';
  if (c === '>') return '\\b(?<=\\w)';
  if (/[wWsSbB1-9]/.test(c)) return '\\' + c;
  if (c === 'n') return '\\n';
  if (c === 't') return '\\t';
  return /[A-Za-z0-9]/.test(c) ? c : '\\' + c;
}

function bracketAt(pattern: string, start: number): { source: string; end: number } {
  let i = start + 1;
  const negated = pattern[i] === '^';
  if (negated) i++;
  let inside = '';
  for (let first = true; i < pattern.length; i++, first = false) {
    const c = pattern[i] as string;
    if (c === ']' && !first) return { source: `[${negated ? '^' : ''}${inside}]`, end: i };
    const named = c === '[' ? /^\[:(\w+):\]/.exec(pattern.slice(i)) : null;
    if (named) {
      inside += characterClasses[named[1] as string] ?? '';
      i += named[0].length - 1;
    } else inside += '\\[]^'.includes(c) ? '\\' + c : c;
  }
  return { source: '[', end: pattern.length };
}

export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
