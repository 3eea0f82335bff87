import { generateKeyPairSync } from 'node:crypto';

import { createKeyPair } from '../../sim/router/host-key.ts';
import { fingerprintOf } from '../../transport/ssh/host-key.ts';

/** Who may log in to the guest, and how it shows that it is the one: made once for each image. */
export interface GuestKeys {
  /** The guest's host key, as dropbear keeps it. */
  readonly host: Uint8Array;
  /** `SHA256:…` of it, for pinning. */
  readonly hostFingerprint: string;
  /** The user's key: OpenSSH's form, dropbear's form (for dbclient), and its line in authorized_keys. */
  readonly user: string;
  readonly authorized: string;
}

export function createGuestKeys(): GuestKeys {
  const { file, blob } = createDropbearKey();
  const pair = createKeyPair();
  return {
    host: file,
    hostFingerprint: fingerprintOf(blob),
    user: pair.private,
    authorized: `${pair.public.trim()} wwanlab\n`,
  };
}

const TYPE = 'ssh-ed25519';

/**
 * An ed25519 key in dropbear's own file format, which has no header: the type, then one string of private and public
 * part (dropbear's ed25519.c, buf_put_ed25519_priv_key); and the public key as SSH sends it (RFC 8709).
 */
function createDropbearKey(): { readonly file: Uint8Array; readonly blob: Uint8Array } {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const secret = Buffer.from(d, 'base64url');
  const open = Buffer.from(x, 'base64url');
  return {
    file: Buffer.concat([sshString(Buffer.from(TYPE)), sshString(Buffer.concat([secret, open]))]),
    blob: Buffer.concat([sshString(Buffer.from(TYPE)), sshString(open)]),
  };
}

function sshString(data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
}
