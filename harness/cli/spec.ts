/** A command as data: its help is printed and its arguments are parsed from the same lines. */
export interface CommandSpec {
  /** The words that call it: `rigs check`. */
  readonly name: string;
  /** What follows the name: `[options]`, `RIG`. */
  readonly usage: string;
  /** One line, for the list of commands. */
  readonly about: string;
  readonly details: readonly string[];
  /** Names of the positional arguments that it must have, in order. */
  readonly positionals: readonly string[];
  /** Names of those that may follow them. */
  readonly optional?: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
}

export interface OptionSpec {
  readonly name: string;
  /** Name of its value; without one it is a switch. */
  readonly value?: string;
  /** May be given more than once. */
  readonly many?: true;
  readonly about: string;
}

export interface Example {
  readonly type: string;
  readonly about: string;
}

/** What was typed after a command's name, checked against its spec. */
export interface Arguments {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
}

/** Every command that gives something to a script has it. */
export const json: OptionSpec = {
  name: 'json',
  about: 'print one JSON document on standard output; on failure {"error": {…}}',
};

/** Of a command that may go on until somebody ends it. */
export const jsonLines: OptionSpec = {
  name: 'json',
  about: 'print JSON; of what goes on, an object a line; on failure {"error": {…}}',
};
