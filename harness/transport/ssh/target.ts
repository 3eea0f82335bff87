import type { Duplex } from 'node:stream';

export type SshTarget = TcpTarget | MemoryTarget;

export interface TcpTarget extends SshLogin {
  readonly host: string;
  readonly port: number;
  /** Another SSH server, from which this one is reached. */
  readonly jump?: TcpTarget | undefined;
}

/** A stream that is connected already: one end of a pair in memory. */
interface MemoryTarget extends SshLogin {
  readonly socket: Duplex;
}

/** What is given is tried: the password also where the server asks for it as keyboard-interactive (RFC 4256). */
interface SshLogin {
  /** How the peer is called in messages. */
  readonly name: string;
  readonly user: string;
  readonly password?: string | undefined;
  /** The text of a private key file: OpenSSH, PEM or PuTTY. */
  readonly privateKey?: string | undefined;
  /** Where that is, for messages. */
  readonly keyFile?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Path of an ssh-agent's socket, whose keys are offered. */
  readonly agent?: string | undefined;
  /** The pinned host key, `SHA256:…` as OpenSSH prints it. Without one the connection is refused. */
  readonly hostKey?: string | undefined;
}
