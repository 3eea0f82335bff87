/** The shell's syntax tree. Source: POSIX.1-2017 XCU 2.10 (grammar), as busybox ash reads it. */
export type Word = readonly Part[];

export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | Parameter
  | { readonly kind: 'command'; readonly body: List; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly word: Word; readonly quoted: boolean };

/** `$x`, `${x:-y}`, `${#x}`, `$@`, `$1`. */
export interface Parameter {
  readonly kind: 'parameter';
  readonly name: string;
  readonly quoted: boolean;
  /** `-`, `:-`, `=`, `:=`, `?`, `:?`, `+`, `:+`, `#`, `##`, `%`, `%%`, `/`, `//`, `:` (substring), `length`. */
  readonly operator?: string;
  readonly word?: Word;
  /** The replacement of `${x/pattern/replacement}`, the length of `${x:offset:length}`. */
  readonly second?: Word;
}

export interface Redirect {
  readonly fd: number;
  readonly operator: '<' | '>' | '>>' | '>&' | '<&' | '<<' | '<>';
  /** A file name, a descriptor, or the text of a here-document. */
  readonly target: Word;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export type Command = { readonly redirects: readonly Redirect[] } & (
  | { readonly kind: 'simple'; readonly assignments: readonly Assignment[]; readonly words: readonly Word[] }
  | { readonly kind: 'group' | 'subshell'; readonly body: List }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: List | undefined }
  | { readonly kind: 'loop'; readonly until: boolean; readonly condition: List; readonly body: List }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly words: readonly Word[] | undefined;
      readonly body: List;
    }
  | { readonly kind: 'case'; readonly subject: Word; readonly clauses: readonly Clause[] }
  | { readonly kind: 'function'; readonly name: string; readonly body: Command }
);

export type SimpleCommand = Extract<Command, { kind: 'simple' }>;

export interface Branch {
  readonly condition: List;
  readonly body: List;
}

export interface Clause {
  readonly patterns: readonly Word[];
  readonly body: List;
}

export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
}

export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: Pipeline }[];
}

export type List = readonly { readonly item: AndOr; readonly background: boolean }[];

/** What `ash: syntax error: …` says. */
export class ShellSyntaxError extends Error {
  /** More input could make it right: an interactive reader goes on. */
  readonly incomplete: boolean;

  constructor(message: string, incomplete = false) {
    super(message);
    this.name = 'ShellSyntaxError';
    this.incomplete = incomplete;
  }
}
