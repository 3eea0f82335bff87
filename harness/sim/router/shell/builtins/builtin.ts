import { complain, type Io, type ShellState } from '../state.ts';

/** A command that the shell carries out itself. */
export interface Call {
  readonly state: ShellState;
  readonly io: Io;
  readonly argv: readonly string[];
  /** Runs a program found by name or path, past functions and builtins. */
  program(argv: readonly string[], io: Io, extra?: ReadonlyMap<string, string>): Promise<number>;
  /** Runs text in this very shell. */
  text(source: string, io: Io): Promise<number>;
}

export type Builtin = (call: Call) => number | Promise<number>;

export function print({ io }: Call, text: string): void {
  io.outs[1]?.(text);
}

/** `ash: cd: can't cd to /x` */
export function complainAs(call: Call, text: string): void {
  complain(call.state, call.io, `${call.argv[0]}: ${text}`);
}

/** Says it and ends the shell with status 2, as errors in special builtins do. */
export function fatal(call: Call, text: string): number {
  complainAs(call, text);
  call.state.flow = { kind: 'exit', status: 2 };
  return 2;
}
