import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Lines of a vector file, comments left out, cut at their blanks. */
export function vectorLines(name: string): readonly (readonly string[])[] {
  const path = fileURLToPath(new URL(`../../../vectors/qmi/${name}`, import.meta.url));
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '));
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
