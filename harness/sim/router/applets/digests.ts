import { createHash } from 'node:crypto';
import type { Applet } from '../machine.ts';
import { openInputs } from './inputs.ts';
import { parseOptions } from './options.ts';

/** `sha256sum`, `md5sum`: digest, two blanks, name. Source: busybox coreutils/md5_sha1_sum.c. */
export function digestApplet(algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512'): Applet {
  return async (process) => {
    const options = parseOptions(process, 'cswb', '[-c[sw]] [FILE]...');
    if (!options) return 1;
    let status = 0;
    for await (const { name, input } of openInputs(process, options.operands, () => (status = 1))) {
      const digest = createHash(algorithm)
        .update(await input.readAll())
        .digest('hex');
      process.out(`${digest}  ${name}\n`);
    }
    return status;
  };
}

/** `hexdump -C`, and its plain form of 16-bit words. Source: busybox util-linux/hexdump.c. */
export const hexdump: Applet = async (process) => {
  const options = parseOptions(process, 'bcCdxvn:s:', '[-bcCdxv] [-n LEN] [-s OFS] [FILE]...');
  if (!options) return 1;
  let status = 0;
  for await (const { input } of openInputs(process, options.operands, () => (status = 1))) {
    const bytes = (await input.readAll()).subarray(0, Number(options.value('n') ?? Infinity));
    const width = options.has('C') ? 8 : 7;
    for (let at = 0; at < bytes.length; at += 16) {
      const row = bytes.subarray(at, at + 16);
      process.out(
        `${at.toString(16).padStart(width, '0')} ${options.has('C') ? canonical(row) : words(row)}\n`,
      );
    }
    if (bytes.length > 0) process.out(bytes.length.toString(16).padStart(width, '0') + '\n');
  }
  return status;
};

function canonical(row: Uint8Array): string {
  const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0'));
  const text = [...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
  return ` ${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ').padEnd(23)}  |${text}|`;
}

function words(row: Uint8Array): string {
  const out: string[] = [];
  for (let i = 0; i < row.length; i += 2) {
    out.push(((row[i] as number) | ((row[i + 1] ?? 0) << 8)).toString(16).padStart(4, '0'));
  }
  return out.join(' ');
}
