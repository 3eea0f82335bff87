import ssh2 from 'ssh2';

/** The texts of a private key file and of its line in authorized_keys. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/**
 * A new ed25519 key pair, as dropbear makes one at first boot. About one in 250 that ssh2 1.17 generates it can't read
 * again (`Malformed OpenSSH private key`), so each is read before it is given out.
 */
export function createKeyPair(): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    const readable = [pair.private, pair.public].every(
      (text) => !(ssh2.utils.parseKey(text) instanceof Error),
    );
    if (readable) return pair;
  }
}
