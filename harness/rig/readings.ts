import type { Celsius, Db, Dbm, Millivolts } from '../core/units.ts';

/** Of the serving cell; TS 36.214 5.1. */
export interface Signal {
  readonly rssiDbm?: Dbm;
  readonly rsrpDbm?: Dbm;
  readonly rsrqDb?: Db;
  readonly sinrDb?: Db;
}

/** What a modem tells of itself, as far as it does; no number in it identifies a card or a device. */
export interface ModemReadings {
  /** The firmware's full name, where ATI shortens it. */
  readonly firmware?: string;
  /** What its operator or maker has it configured with (PRI): `GENERIC_002.026_000`. */
  readonly configuration?: string;
  readonly operator?: string;
  /** `LTE`, `WCDMA`, as the modem calls it. */
  readonly radioAccess?: string;
  /** Number of the E-UTRA band that it camps on. */
  readonly lteBand?: number;
  readonly signal?: Signal;
  readonly temperatureC?: Celsius;
  readonly supplyMv?: Millivolts;
  /** `Online`, `Low Power Mode` */
  readonly powerState?: string;
  /** Who holds it in low power: `BIOS`, `W_DISABLE`, `Temp`; empty: nobody. */
  readonly lowPowerVoters?: readonly string[];
  /** Starts since the supply came on: one more between two looks is a restart that nobody may have seen on USB. */
  readonly starts?: number;
}
