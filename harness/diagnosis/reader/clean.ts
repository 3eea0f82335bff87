const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  ldquo: '"',
  rdquo: '"',
  lsquo: "'",
  rsquo: "'",
  hellip: '...',
};

// eslint-style character classes of control bytes are built from text, so that no control character stands here.
const ANSI = new RegExp(String.raw`\u001b(?:\[[0-9;?]*[A-Za-z]|\][^\u0007]*\u0007|[()][A-Z0-9])`, 'g');
const INVISIBLE = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
const CONTROL = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001f\u007f]`, 'g');
const MARKUP = /<\/?(?:br|p|code|pre|div|span|li|ul|td|tr|b|i|em|strong)\b[^<>]*>/gi;
// As terminals show the ends of an AT answer: `+CME ERROR: 10<0D>`.
const SHOWN_LINE_END = /<(?:0D|0A|CR|LF)>/gi;

/**
 * Undoes what browsers, forums, terminals and mail did to a line: colours, HTML, typographic quotes and dashes,
 * Markdown fences, quoting. Plain text comes back as it was.
 */
export function cleanLine(original: string): string {
  let text = original;
  if (text.includes('\u001b')) text = text.replace(ANSI, '');
  if (text.includes('&')) text = text.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, entity);
  if (text.includes('<')) text = text.replace(MARKUP, '').replace(SHOWN_LINE_END, '');
  if (hasNonAscii(text)) text = straighten(text);
  text = text.replace(CONTROL, '').replace(/\t/g, ' ');
  if (/^\s*(?:```|~~~)/.test(text)) return '';
  if (text.includes('`')) text = text.replace(/`/g, '');
  if (text.includes('""')) text = text.replace(/""([^"]+)""/g, '"$1"');
  return text.replace(/^(?:>\s)+/, '').trimEnd();
}

function entity(whole: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = name[1]?.toLowerCase() === 'x' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

function hasNonAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 126) return true;
  return false;
}

/**
 * Typographic characters to those that the programs wrote: `<–>` was `<-->`, `“IP”` was `"IP"`. Some decoders leave
 * 0x91..0x97 of Windows-1252 as control characters: they are quotes and dashes too.
 */
function straighten(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .replace(/[\u0091\u0092\u2018\u2019\u201a\u201b\u2032\u00b4]/g, "'")
    .replace(/[\u0093\u0094\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"')
    .replace(/[\u0096\u0097\u2012\u2013\u2014](?=\d)/g, '-')
    .replace(/\u2212/g, '-')
    .replace(/[\u0096\u0097\u2012\u2013\u2014]/g, '--')
    .replace(/[\u0085\u2026]/g, '...')
    .replace(/[\u00a0\u2002-\u200a\u202f]/g, ' ');
}
