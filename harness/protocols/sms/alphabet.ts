// The alphabets of text messages (TS 23.038 6.2): seven bits a character, or UCS2.

/** By code. 0x1b leads to the extension. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const ESCAPE = 0x1b;
const EXTENSION: readonly (readonly [code: number, character: string])[] = [
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
];
const extended = new Map(EXTENSION);
const extensionCodes = new Map(EXTENSION.map(([code, character]) => [character, code]));

/** One code a character, two for those of the extension; undefined: the alphabet lacks one of them. */
export function toSeptets(text: string): readonly number[] | undefined {
  const septets: number[] = [];
  for (const character of text) {
    const code = BASIC.indexOf(character);
    const extension = extensionCodes.get(character);
    if (code >= 0 && code !== ESCAPE) septets.push(code);
    else if (extension !== undefined) septets.push(ESCAPE, extension);
    else return undefined;
  }
  return septets;
}

/** What is in no table becomes a space (TS 23.038 6.2.1.1). */
export function fromSeptets(septets: readonly number[]): string {
  let text = '';
  for (let at = 0; at < septets.length; at++) {
    const code = septets[at] ?? 0;
    if (code === ESCAPE) text += extended.get(septets[++at] ?? 0) ?? ' ';
    else text += BASIC[code] ?? ' ';
  }
  return text;
}

/** Eight characters in seven bytes, the first in the lowest bits (TS 23.038 6.1.2.1). */
export function packSeptets(septets: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((septets.length * 7) / 8));
  for (const [at, septet] of septets.entries()) {
    const bit = at * 7;
    const first = bit >> 3;
    const both = septet << (bit & 7);
    bytes[first] = (bytes[first] ?? 0) | (both & 0xff);
    if (both > 0xff) bytes[first + 1] = both >> 8;
  }
  return bytes;
}

export function unpackSeptets(bytes: Uint8Array, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => {
    const bit = at * 7;
    const both = (bytes[bit >> 3] ?? 0) | ((bytes[(bit >> 3) + 1] ?? 0) << 8);
    return (both >> (bit & 7)) & 0x7f;
  });
}

/** UCS2, the high byte first. */
export function toUcs2(text: string): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)).flatMap((unit) => [
      unit >> 8,
      unit & 0xff,
    ]),
  );
}

export function fromUcs2(bytes: Uint8Array): string {
  const units = Array.from(
    { length: bytes.length >> 1 },
    (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0),
  );
  return String.fromCharCode(...units);
}
