import { struct, type Field } from '../binary/field.ts';

/** A command of a device service, its question, its order and its answer, declared once for both directions. */
export interface MbimCommand<Q = unknown, S = unknown, R = unknown> {
  readonly service: string;
  readonly cid: number;
  /** As MBIM 1.0 calls it: `REGISTER_STATE`. */
  readonly name: string;
  /** Undefined: it can't be asked. */
  readonly query: Field<Q> | undefined;
  /** Undefined: it can't be set. */
  readonly set: Field<S> | undefined;
  /** Of both, and of the indication. */
  readonly response: Field<R>;
  /** The function tells it unasked too. */
  readonly indicates: boolean;
}

export interface MbimCommandSpec<Q, S, R> {
  readonly service: string;
  readonly cid: number;
  readonly name: string;
  readonly query?: Field<Q>;
  readonly set?: Field<S>;
  readonly response?: Field<R>;
  readonly indicates?: boolean;
}

/** An information buffer without anything. */
export type Nothing = Readonly<Record<never, never>>;
export const nothing: Field<Nothing> = struct({});

export function mbimCommand<Q = never, S = never, R = Nothing>(
  spec: MbimCommandSpec<Q, S, R>,
): MbimCommand<Q, S, R> {
  const { service, cid, name, query, set, response, indicates } = spec;
  return {
    service,
    cid,
    name,
    query,
    set,
    response: response ?? (nothing as Field<unknown> as Field<R>),
    indicates: indicates ?? false,
  };
}
