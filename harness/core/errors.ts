/**
 * Who has to act: the device under test, the rig (wiring, SSH, power), the harness itself, or whoever wrote the
 * test or the rig file. Only `dut` can ever become a product failure.
 */
export type Blame = 'dut' | 'rig' | 'harness' | 'test';

/** Did the device change? `unknown` forbids a blind retry. */
export type Effect = 'none' | 'done' | 'unknown';

/** Stable, greppable, `area.what`: `ssh.host-key-mismatch`. Match on this, never on the class or the text. */
export type ErrorCode = `${string}.${string}`;

export interface HarnessErrorFields {
  readonly code: ErrorCode;
  readonly blame: Blame;
  readonly effect: Effect;
  /** What to do next, as a sentence or a command to type. */
  readonly hint?: string | undefined;
  readonly data?: unknown;
  /** The chain of causes as text: Jest's workers drop `Error.cause`, so it is kept here as well. */
  readonly causes?: readonly string[] | undefined;
}

/** The one error class. All fields are own and enumerable, because Jest hands only those to its reporters. */
export class HarnessError extends Error implements HarnessErrorFields {
  readonly code: ErrorCode;
  readonly blame: Blame;
  readonly effect: Effect;
  readonly hint: string | undefined;
  readonly data: unknown;
  readonly causes: readonly string[];

  constructor(message: string, fields: HarnessErrorFields & { readonly cause?: unknown }) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'HarnessError';
    this.code = fields.code;
    this.blame = fields.blame;
    this.effect = fields.effect;
    this.hint = fields.hint;
    this.data = fields.data;
    this.causes = fields.causes ?? causeChain(fields.cause);
  }
}

/** True for a HarnessError from any realm: Jest's VM breaks `instanceof`, so the fields decide. */
export function isHarnessError(error: unknown): error is HarnessError {
  if (typeof error !== 'object' || error === null) return false;
  const e = error as Partial<HarnessError>;
  return typeof e.code === 'string' && typeof e.blame === 'string' && typeof e.effect === 'string';
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}

function causeChain(cause: unknown): string[] {
  const chain: string[] = [];
  for (let next = cause; next !== undefined && next !== null && chain.length < 10;) {
    chain.push(messageOf(next));
    next = typeof next === 'object' && 'cause' in next ? next.cause : undefined;
  }
  return chain;
}
