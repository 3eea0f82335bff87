/** The value of an option, or the items of a list. */
export type UciValue = string | readonly string[];

/** A section as `uci export` shows it. */
export interface UciSection {
  /** How it is named in a path: `lan`, or `@device[0]` where it has no name of its own. */
  readonly path: string;
  readonly type: string;
  readonly options: Readonly<Record<string, UciValue>>;
}

/**
 * What is to be set, by path: `network.lan.dns`, `system.@system[0].hostname`, or `network.wwan` for a section, whose
 * value is its type. Undefined takes an option or a section away; where there is none, that is no fault.
 */
export type UciChanges = Readonly<Record<string, UciValue | undefined>>;
