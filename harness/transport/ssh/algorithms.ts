import type { Algorithms } from 'ssh2';

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
