import { readFileSync } from 'node:fs';

/** A file of test/vectors/ppp, as its generator's shape says. */
export function readVectors<T>(name: string): T {
  const url = new URL(`../../../vectors/ppp/${name}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as T;
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
