import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

/**
 * What is offered to a server, best first; the first one of ours that it has too is taken (RFC 4253 section 7.1).
 *
 * Ciphers: dropbear as Debian and OpenWrt build it has no GCM, and spends on AES-CTR with HMAC two and a half times what
 * chacha20-poly1305 costs it: a router's upload is bound by that. Simulated routers take GCM, the cheapest in Node.
 *
 * Key exchange: ssh2's own and, last, the best that dropbear of OpenWrt 15.05 may have (RFC 4253 section 8.2). What that
 * one needs beside it is among ssh2's own: host keys of type ssh-rsa, AES-CTR, hmac-sha1.
 */
export const algorithms: Algorithms = {
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  kex: { append: 'diffie-hellman-group14-sha1', prepend: [], remove: [] },
};

/** Signature algorithms of each type of host key, best first: one RSA key has three (RFC 8332). */
const hostKeys: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

/** What is offered to a server whose keys of these types are known to be others than the pinned one. */
export const algorithmsWithout = (keyTypes: readonly string[]): Algorithms => ({
  ...algorithms,
  serverHostKey: Object.entries(hostKeys).flatMap(([type, names]) => (keyTypes.includes(type) ? [] : names)),
});
