import { createHash } from 'node:crypto';

/**
 * What tells a digest there: busybox of OpenWrt 15.05 is built without sha256sum (package/utils/busybox,
 * Config-defaults.in). MD5 tells damage on the way as well.
 */
export const DIGEST = '$(command -v sha256sum || echo md5sum)';

export interface Digest {
  readonly algorithm: 'sha256' | 'md5';
  readonly hex: string;
}

/** Reads what the program printed; undefined: no digest. */
export function parseDigest(text: string): Digest | undefined {
  const hex = /^(?:[0-9a-f]{64}|[0-9a-f]{32})(?= )/m.exec(text)?.[0];
  return hex === undefined ? undefined : { algorithm: hex.length === 64 ? 'sha256' : 'md5', hex };
}

export function digestOf(algorithm: Digest['algorithm'], pieces: readonly Uint8Array[]): string {
  const hash = createHash(algorithm);
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
