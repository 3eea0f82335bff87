import { HarnessError } from '../../core/errors.ts';
import { decode, encode } from '../binary/encode.ts';
import type { Field } from '../binary/field.ts';
import type { Tlv } from './message.ts';
import type { QmiServiceName } from './services.ts';

/** A TLV of a message: its type, what is in it, and whether the message makes sense without it. */
export interface TlvSpec<T, R extends boolean = boolean> {
  readonly type: number;
  readonly field: Field<T>;
  readonly mandatory: R;
}

export function optional<T>(type: number, field: Field<T>): TlvSpec<T, false> {
  return { type, field, mandatory: false };
}

export function mandatory<T>(type: number, field: Field<T>): TlvSpec<T, true> {
  return { type, field, mandatory: true };
}

export type TlvSpecs = Readonly<Record<string, TlvSpec<never> | TlvSpec<unknown>>>;

type SpecValue<S> = S extends TlvSpec<infer T, boolean> ? T : never;
type MandatoryNames<S> = { [K in keyof S]: S[K] extends { readonly mandatory: true } ? K : never }[keyof S];

/** The values of a message by the names of its TLVs. */
export type TlvValues<S> = { readonly [K in MandatoryNames<S>]: SpecValue<S[K]> } & {
  readonly [K in Exclude<keyof S, MandatoryNames<S>>]?: SpecValue<S[K]> | undefined;
};

/** A question of QMI and its answer, declared once for both directions. The answer's result TLV (2) is not listed. */
export interface QmiCommand<Q extends TlvSpecs = TlvSpecs, A extends TlvSpecs = TlvSpecs> {
  readonly service: QmiServiceName;
  readonly id: number;
  /** As libqmi calls it: `Get Serving System`. */
  readonly name: string;
  readonly request: Q;
  readonly response: A;
}

export interface QmiIndication<I extends TlvSpecs = TlvSpecs> {
  readonly service: QmiServiceName;
  readonly id: number;
  readonly name: string;
  readonly tlvs: I;
}

export function qmiCommand<const Q extends TlvSpecs, const A extends TlvSpecs>(
  command: QmiCommand<Q, A>,
): QmiCommand<Q, A> {
  return command;
}

export function qmiIndication<const I extends TlvSpecs>(indication: QmiIndication<I>): QmiIndication<I> {
  return indication;
}

/** What was read out of a message, and the TLVs that its declaration does not know, as they stand. */
export interface DecodedTlvs<S> {
  readonly values: TlvValues<S>;
  readonly unknown: readonly Tlv[];
}

/** By rising type, as modems send them; `undefined` values are left out. */
export function encodeTlvs<S extends TlvSpecs>(specs: S, values: TlvValues<S>): Tlv[] {
  const given = values as Readonly<Record<string, unknown>>;
  return Object.entries(specs)
    .filter(([name]) => given[name] !== undefined)
    .map(([name, spec]) => ({
      type: spec.type,
      value: encode(spec.field as Field<unknown>, given[name]),
    }))
    .sort((a, b) => a.type - b.type);
}

/**
 * @param what names the message in errors
 * @throws HarnessError `qmi.missing-tlv`, `binary.truncated`, `binary.trailing`, `binary.unknown-value`
 */
export function decodeTlvs<S extends TlvSpecs>(specs: S, tlvs: readonly Tlv[], what: string): DecodedTlvs<S> {
  const values: Record<string, unknown> = {};
  const known = new Map(Object.entries(specs).map(([name, spec]) => [spec.type, { name, spec }]));
  const unknown = tlvs.filter(({ type }) => !known.has(type));
  for (const [type, { name, spec }] of known) {
    const tlv = tlvs.find((candidate) => candidate.type === type);
    if (tlv)
      values[name] = decode(
        spec.field as Field<unknown>,
        tlv.value,
        `${what}, TLV 0x${type.toString(16)} (${name})`,
      );
    else if (spec.mandatory) throw missing(what, name, type);
  }
  return { values: values as TlvValues<S>, unknown };
}

function missing(what: string, name: string, type: number): HarnessError {
  return new HarnessError(`${what} lacks its TLV 0x${type.toString(16).padStart(2, '0')} (${name})`, {
    code: 'qmi.missing-tlv',
    blame: 'dut',
    effect: 'none',
  });
}
