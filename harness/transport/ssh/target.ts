import type { Duplex } from 'node:stream';

export type SshTarget = SshLogin & (TcpTarget | MemoryTarget);

interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

/** A stream that is connected already: one end of a pair in memory, or a channel through a jump host. */
interface MemoryTarget {
  readonly socket: Duplex;
}

interface SshLogin {
  /** How the peer is called in messages. */
  readonly name: string;
  readonly user: string;
  readonly password?: string | undefined;
  /** The text of a private key file, without a passphrase. */
  readonly privateKey?: string | undefined;
  /** The pinned host key, `SHA256:…` as OpenSSH prints it. Without one the connection is refused. */
  readonly hostKey?: string | undefined;
}
