import { choice, flag, i16, i8, list, struct, u16, u32, u8 } from '../../binary/field.ts';
import { optional, qmiCommand } from '../declare.ts';
import { packedPlmn } from './fields.ts';
import { bandwidth } from './signal.ts';

/** Tenths of a dB and dBm; the last is S_rxlev of TS 36.304. */
const measured = struct({ pci: u16, rsrq: i16, rsrp: i16, rssi: i16, selectionRxLevel: i16 });

export const getCellLocationInfo = qmiCommand({
  service: 'nas',
  id: 0x0043,
  name: 'Get Cell Location Info',
  request: {},
  response: {
    intraFrequency: optional(
      0x13,
      struct({
        idle: flag,
        plmn: packedPlmn,
        tac: u16,
        cellId: u32,
        earfcn: u16,
        pci: u16,
        priority: u8,
        nonIntraThreshold: u8,
        lowThreshold: u8,
        intraThreshold: u8,
        cells: list(u8, measured),
      }),
    ),
    interFrequency: optional(
      0x14,
      struct({
        idle: flag,
        frequencies: list(
          u8,
          struct({
            earfcn: u16,
            lowThreshold: u8,
            highThreshold: u8,
            priority: u8,
            cells: list(u8, measured),
          }),
        ),
      }),
    ),
    gsm: optional(
      0x15,
      struct({
        idle: flag,
        frequencies: list(
          u8,
          struct({
            priority: u8,
            highThreshold: u8,
            lowThreshold: u8,
            nccPermitted: u8,
            cells: list(
              u8,
              struct({
                arfcn: u16,
                is1900: flag,
                cellIdValid: flag,
                bsic: u8,
                rssi: i16,
                selectionRxLevel: i16,
              }),
            ),
          }),
        ),
      }),
    ),
    wcdma: optional(
      0x16,
      struct({
        idle: flag,
        frequencies: list(
          u8,
          struct({
            uarfcn: u16,
            priority: u8,
            highThreshold: u16,
            lowThreshold: u16,
            cells: list(u8, struct({ psc: u16, rscp: i16, ecno: i16, selectionRxLevel: i16 })),
          }),
        ),
      }),
    ),
    /** Microseconds; 0xffffffff: unknown. */
    timingAdvance: optional(0x1e, u32),
  },
});

/** Carrier aggregation: the primary cell, and what is added to it. */
export const getLteCphyCaInfo = qmiCommand({
  service: 'nas',
  id: 0x00ac,
  name: 'Get LTE Cphy CA Info',
  request: {},
  response: {
    bandwidth: optional(0x11, bandwidth),
    primary: optional(0x13, struct({ pci: u16, earfcn: u16, bandwidth, band: u16 })),
  },
});

export const getDrx = qmiCommand({
  service: 'nas',
  id: 0x0089,
  name: 'Get DRX',
  request: {},
  /** Cycle: 32, 64, 128 or 256 frames. */
  response: { drx: optional(0x10, choice({ unknown: 0, cn6: 6, cn7: 7, cn8: 8, cn9: 9 }, u32)) },
});

/** Sierra's own, also in AT!GSTATUS?. */
export const swiGetStatus = qmiCommand({
  service: 'nas',
  id: 0x5556,
  name: 'Swi Get Status',
  request: {},
  response: {
    common: optional(
      0x01,
      struct({ temperature: i8, modemMode: u8, systemMode: u8, imsState: u8, packetState: u8 }),
    ),
    lte: optional(
      0x10,
      struct({
        band: u8,
        bandwidth: u8,
        rxChannel: u16,
        txChannel: u16,
        emmState: u8,
        emmSubState: u8,
        connectionState: u8,
      }),
    ),
  },
});
