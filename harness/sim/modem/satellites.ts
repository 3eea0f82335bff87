import type { Cancel, Clock } from '../../core/clock.ts';

/** Satellites are looked for once a second. No antenna sees any: there is never a fix. */
const INTERVAL_MS = 1_000;

/** By their bits in QMI LOC, which Quectel's "gpsnmeatype" shares, and as they are without a fix (NMEA 0183). */
const sentences: readonly (readonly [bit: number, name: string, text: string])[] = [
  [0x01, 'GGA', '$GPGGA,,,,,,0,,,,,,,,*66'],
  [0x02, 'RMC', '$GPRMC,,V,,,,,,,,,,N*53'],
  [0x04, 'GSV', '$GPGSV,1,1,00*79'],
  [0x08, 'GSA', '$GPGSA,A,1,,,,,,,,,,,,,,,*1E'],
  [0x10, 'VTG', '$GPVTG,,T,,M,,N,,K,N*2C'],
];

/** What there is to say of one second: those sentences that are wanted. */
export function sentencesOf(types: number): readonly string[] {
  return sentences.filter(([bit]) => (types & bit) !== 0).map(([, , text]) => text);
}

/** `GGA` -> `$GPGGA,…`; undefined: it makes none of this name. */
export function sentenceNamed(name: string): string | undefined {
  return sentences.find(([, one]) => one === name)?.[2];
}

/** Whose the session of AT commands is, from whichever port they come. */
export const AT_SESSION = 'at';

/** Quectel's setting that begins it with the firmware, if 1. */
export const STARTS_BY_ITSELF = 'autogps';

/** The satellite receiver, which all functions share. It looks for satellites while anybody has a session. */
export interface SatelliteReceiver {
  /** When the session of this one began; undefined: it has none. */
  since(whose: unknown): Date | undefined;
  /** False: it has one already. */
  begin(whose: unknown): boolean;
  /** False: it has none. */
  end(whose: unknown): boolean;
  /** Called once a second while it looks. */
  listen(listener: () => void): Cancel;
  /** Every session ends: the modem leaves USB. */
  reset(): void;
}

export function createSatelliteReceiver(clock: Clock): SatelliteReceiver {
  const sessions = new Map<unknown, Date>();
  const listeners = new Set<() => void>();
  let cancel: Cancel | undefined;
  const rest = (): void => {
    cancel?.();
    cancel = undefined;
  };
  const look = (): void => {
    cancel = clock.after(INTERVAL_MS, () => {
      look();
      for (const listener of listeners) listener();
    });
  };
  return {
    since: (whose) => sessions.get(whose),
    begin: (whose) => {
      if (sessions.has(whose)) return false;
      sessions.set(whose, clock.wall());
      if (!cancel) look();
      return true;
    },
    end: (whose) => {
      const had = sessions.delete(whose);
      if (sessions.size === 0) rest();
      return had;
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reset: () => {
      sessions.clear();
      rest();
    },
  };
}
