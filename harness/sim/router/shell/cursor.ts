import type { List, Word } from './syntax.ts';

/** A place in the text, shared by the parser of a script and those of the substitutions in it. */
export interface Cursor {
  readonly source: string;
  at: number;
  /** Here-documents whose text begins after the next newline. */
  readonly hereDocuments: HereDocument[];
  /** The text ended before the last line of a here-document came: ash takes it as it is, a reader of lines goes on. */
  unfinished?: boolean;
  /** Parses the commands of `$(…)` up to its closing parenthesis; set by the parser. */
  readonly parseSubstitution: (cursor: Cursor) => List;
}

export interface HereDocument {
  readonly delimiter: string;
  /** `<<-` */
  readonly stripTabs: boolean;
  /** The delimiter was quoted: nothing is expanded. */
  readonly literal: boolean;
  readonly fill: (body: Word) => void;
}
