import type { Ms } from '../../core/units.ts';

export interface CommandOptions {
  /** How long the command may take; 30 s by default. */
  readonly limit?: Ms;
  readonly stdin?: Uint8Array;
  /** Gets what it prints as it comes, octet for octet; `stdout` stays empty. */
  readonly onOutput?: (bytes: Uint8Array) => void;
}

/** What a command left behind. */
export interface CommandResult {
  readonly command: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: Ms;
}

/** The output of a command that goes on until it is stopped. */
export interface OutputStream {
  stop(): Promise<void>;
  /** Resolves when it was stopped; rejects when it broke by itself. */
  readonly ended: Promise<void>;
}
