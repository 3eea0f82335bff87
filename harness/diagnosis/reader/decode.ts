import { HarnessError } from '../../core/errors.ts';

/**
 * Bytes of a log file as text: UTF-8, UTF-16 with or without a mark, or else Windows-1252.
 * @throws HarnessError `diagnose.empty`, `diagnose.not-text` (blame test, effect none).
 */
export function decodeLog(bytes: Uint8Array): string {
  const text = decode(bytes);
  if (text.trim() === '') {
    throw new HarnessError('the log is empty', {
      code: 'diagnose.empty',
      blame: 'test',
      effect: 'none',
      hint: 'save the output of "logread" or "dmesg" on the router and pass that file',
    });
  }
  if (controlShare(text) > 0.05 || looksLikeNoise(bytes, text)) {
    throw new HarnessError('this is not text: most of it is binary', {
      code: 'diagnose.not-text',
      blame: 'test',
      effect: 'none',
      hint: 'unpack it first if it is an archive; a log is expected, such as the output of "logread"',
    });
  }
  return text;
}

function decode(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const zeros = zeroShares(bytes);
  if (zeros.odd > 0.4 && zeros.even < 0.1) return new TextDecoder('utf-16le').decode(bytes);
  if (zeros.even > 0.4 && zeros.odd < 0.1) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Share of NUL bytes at even and odd places: ASCII in UTF-16 has one in every second place. */
function zeroShares(bytes: Uint8Array): { even: number; odd: number } {
  const counts = [0, 0];
  const n = Math.min(bytes.length, 4_096);
  for (let i = 0; i < n; i++) if (bytes[i] === 0) counts[i & 1] = (counts[i & 1] ?? 0) + 1;
  return { even: (counts[0] ?? 0) / (n / 2 || 1), odd: (counts[1] ?? 0) / (n / 2 || 1) };
}

/** Share of control characters that no log has: all but tab, line ends, backspace, bell and escape. */
function controlShare(text: string): number {
  let control = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 32 && c !== 9 && c !== 10 && c !== 13 && c !== 27 && c !== 8 && c !== 7) control++;
  }
  return control / text.length;
}

/** Bytes that were not UTF-8 and are mostly not ASCII either. */
function looksLikeNoise(bytes: Uint8Array, text: string): boolean {
  if (text.length < bytes.length) return false; // multi-byte characters were understood: it is UTF-8 or UTF-16
  let ascii = 0;
  for (const byte of bytes) if ((byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13)) ascii++;
  return ascii / bytes.length < 0.7;
}
