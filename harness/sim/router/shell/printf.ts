/** printf(1) and the escapes of echo -e. Source: POSIX XCU printf, XBD 5. */

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** @returns the text with `\n`, `\0nnn`, `\xHH` … replaced; `stopped`: a `\c` ended it */
export function unescape(text: string): { readonly text: string; readonly stopped: boolean } {
  const end = /(?<!\\)(?:\\\\)*\\c/.exec(text);
  const cut = end ? text.slice(0, end.index + end[0].length - 2) : text;
  const out = cut.replaceAll(/\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|(.))/g, (all, hex, octal, letter) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(String(hex), 16));
    if (octal !== undefined) return String.fromCharCode(parseInt(String(octal), 8) & 255);
    return SIMPLE[String(letter)] ?? String(all);
  });
  return { text: out, stopped: end !== null };
}

const DIRECTIVE = /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])/g;

/** Formats the arguments, using the format again while some are left. */
export function formatPrintf(
  format: string,
  args: readonly string[],
): { readonly text: string; readonly error: string | undefined } {
  const left = [...args];
  let error: string | undefined;
  let text = '';
  do {
    const before = left.length;
    const template = unescape(format.replaceAll('%%', '%\u0000')).text;
    text += template.replaceAll('%\u0000', '%%').replace(DIRECTIVE, (...match) => {
      const [, flags = '', width, precision, letter = ''] = match as unknown as (string | undefined)[];
      if (letter === '%') return '%';
      const pad = width === '*' ? Number(left.shift() ?? 0) : Number(width ?? 0);
      const digits =
        precision === '*'
          ? Number(left.shift() ?? 0)
          : precision === undefined
            ? undefined
            : Number(precision);
      const formatted = convert(letter, left.shift(), digits, flags);
      if (formatted === undefined) error ??= `%${letter}: invalid format`;
      return padded(formatted ?? '', pad, flags);
    });
    if (left.length === before) break;
  } while (left.length > 0);
  return { text, error };
}

function convert(
  letter: string,
  arg: string | undefined,
  digits: number | undefined,
  flags: string,
): string | undefined {
  const text = arg ?? '';
  switch (letter) {
    case 's':
      return digits === undefined ? text : text.slice(0, digits);
    case 'b':
      return unescape(text).text;
    case 'c':
      return text.slice(0, 1);
    case 'd':
    case 'i':
    case 'u': {
      const value = numberOf(text);
      const sign = value < 0 ? '-' : flags.includes('+') ? '+' : '';
      return sign + String(Math.abs(value)).padStart(digits ?? 0, '0');
    }
    case 'x':
      return (
        (flags.includes('#') ? '0x' : '') +
        numberOf(text)
          .toString(16)
          .padStart(digits ?? 0, '0')
      );
    case 'X':
      return (
        (flags.includes('#') ? '0X' : '') +
        numberOf(text)
          .toString(16)
          .toUpperCase()
          .padStart(digits ?? 0, '0')
      );
    case 'o':
      return numberOf(text)
        .toString(8)
        .padStart(digits ?? 0, '0');
    case 'f':
      return Number(text).toFixed(digits ?? 6);
    default:
      return undefined;
  }
}

function numberOf(text: string): number {
  if (/^["']/.test(text)) return text.codePointAt(1) ?? 0;
  const value = Number(/^-?0[0-7]+$/.test(text) ? parseInt(text, 8) : text);
  return Number.isFinite(value) ? Math.trunc(value) : Number.parseInt(text, 10) || 0;
}

function padded(text: string, width: number, flags: string): string {
  if (flags.includes('-') || width < 0) return text.padEnd(Math.abs(width));
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}
