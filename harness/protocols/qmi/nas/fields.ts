import { bytes, choice, map, struct, text, u16, u8, type Field } from '../../binary/field.ts';

// Layouts of NAS: libqmi, data/qmi-service-nas.json; numbers: qmi-enums-nas.h.

export const radioInterface = {
  none: 0,
  'cdma-1x': 1,
  evdo: 2,
  amps: 3,
  gsm: 4,
  umts: 5,
  lte: 8,
  'td-scdma': 9,
  '5gnr': 0x0c,
  /** -1 in answers; in requests: as it is. */
  unknown: 0xff,
} as const;

export type RadioInterface = keyof typeof radioInterface;
export const radio = choice(radioInterface);

/** MCC and MNC as numbers: how many digits the MNC has is said elsewhere. */
export const plmn = struct({ mcc: u16, mnc: u16 });
export const namedPlmn = struct({ mcc: u16, mnc: u16, name: text(u8) });

/** Three characters; an MNC of two digits is filled up with 0xff. */
export const plmnDigits: Field<string> = map(
  bytes(3),
  (value) => String.fromCharCode(...value).replace(/\xff+$/, ''),
  (value) => Uint8Array.from({ length: 3 }, (_, at) => (at < value.length ? value.charCodeAt(at) : 0xff)),
);

/** MCC and MNC in three bytes, half a byte a digit (TS 24.008 10.5.1.3): `310260`. */
export const packedPlmn: Field<string> = map(bytes(3), unpackPlmn, packPlmn);

function unpackPlmn(value: Uint8Array): string {
  const half = (at: number): string => (((value[at >> 1] ?? 0) >> ((at & 1) * 4)) & 0xf).toString(16);
  const digits = [half(0), half(1), half(2), half(4), half(5)].join('');
  return half(3) === 'f' ? digits : digits + half(3);
}

function packPlmn(plmnText: string): Uint8Array {
  const digit = (at: number): number => parseInt(plmnText[at] ?? 'f', 16);
  return Uint8Array.of(digit(0) | (digit(1) << 4), digit(2) | (digit(5) << 4), digit(3) | (digit(4) << 4));
}

export const serviceDomain = { none: 0, cs: 1, ps: 2, 'cs-ps': 3, camped: 4 } as const;
export const serviceStatus = {
  none: 0,
  limited: 1,
  available: 2,
  'limited-regional': 3,
  'power-save': 4,
} as const;
