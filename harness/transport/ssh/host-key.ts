import { createHash } from 'node:crypto';

/** `SHA256:` and the unpadded base64 of the digest: the form that `ssh-keygen -lf` and OpenSSH's prompts use. */
export function fingerprintOf(publicKey: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;
}

/** `ssh-ed25519`: the first string of a public key blob (RFC 4253 section 6.6). */
export function keyTypeOf(publicKey: Uint8Array): string {
  const blob = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength);
  if (blob.length < 4) return 'unknown';
  return blob.toString('latin1', 4, Math.min(blob.length, 4 + blob.readUInt32BE(0)));
}
