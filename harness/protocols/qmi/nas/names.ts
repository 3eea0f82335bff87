import {
  choice,
  counted,
  flag,
  list,
  restText,
  struct,
  u16,
  u32,
  u8,
  fixedText,
  text,
} from '../../binary/field.ts';
import { mandatory, optional, qmiCommand } from '../declare.ts';
import { plmn } from './fields.ts';

/** Names are in the GSM alphabet, seven bits packed (TS 23.038), or in UCS-2, little endian. */
const plmnName = struct({
  encoding: choice({ gsm: 0, ucs2: 1 }),
  countryInitials: u8,
  longSpareBits: u8,
  shortSpareBits: u8,
  longName: counted(u8),
  shortName: counted(u8),
});

export const getOperatorName = qmiCommand({
  service: 'nas',
  id: 0x0039,
  name: 'Get Operator Name',
  request: {},
  response: {
    /** Bit 0: show the network's name at home, 1: show this one abroad (EF_SPN of TS 31.102 4.2.12). */
    serviceProvider: optional(0x10, struct({ display: u8, name: text(u8) })),
    operatorPlmns: optional(
      0x11,
      list(u16, struct({ mcc: fixedText(3), mnc: fixedText(3), lac1: u16, lac2: u16, record: u8 })),
    ),
    plmnNames: optional(0x12, list(u8, plmnName)),
    operatorString: optional(0x13, restText),
    nitz: optional(0x14, plmnName),
  },
});

const encoding = choice({ unspecified: 0, ascii7: 1, unicode: 4, gsm: 9 });

export const getPlmnName = qmiCommand({
  service: 'nas',
  id: 0x0044,
  name: 'Get PLMN Name',
  request: {
    plmn: mandatory(0x01, plmn),
    suppressSimError: optional(0x10, flag),
    threeDigits: optional(0x11, flag),
    always: optional(0x12, flag),
    staticOnly: optional(0x13, flag),
    csgId: optional(0x14, u32),
    radio: optional(0x15, u8),
    all: optional(0x16, flag),
  },
  response: {
    names: optional(
      0x10,
      struct({
        providerEncoding: encoding,
        provider: counted(u8),
        shortEncoding: encoding,
        shortCountryInitials: u8,
        shortSpareBits: u8,
        shortName: counted(u8),
        longEncoding: encoding,
        longCountryInitials: u8,
        longSpareBits: u8,
        longName: counted(u8),
      }),
    ),
    display: optional(0x11, struct({ provider: u32, plmn: u32 })),
    homeNetwork: optional(0x12, u32),
    nameSource: optional(0x15, u32),
  },
});
