import type { ModemReadings, Signal } from '../../../rig/readings.ts';
import type { Question } from './family.ts';

/** Sources: AT Command Reference 4117727; replies of real modules in test/vectors/at. */
export const sierraQuestions: readonly Question[] = [
  { command: 'AT!GSTATUS?', read: readStatus },
  { command: 'AT!PCTEMP?', read: (lines) => numbered('temperatureC', lines, /^Temperature:\s*(-?[\d.]+)/m) },
  {
    command: 'AT!PCVOLT?',
    read: (lines) => numbered('supplyMv', lines, /^Power supply voltage:\s*(\d+) ?mV/m),
  },
  { command: 'AT!PCINFO?', read: readPowerState },
  { command: 'AT!IMPREF?', read: readConfiguration },
];

/** `Temp:0, User:1`: who votes for low power, with a count. */
const VOTER = /(\w+):([1-9]\d*)/g;

/** AT!PCINFO?; MDM9x15 firmware calls the voters `LPM force flags`. */
export function readPowerState(lines: readonly string[]): ModemReadings {
  const powerState = lines
    .find((line) => line.startsWith('State:'))
    ?.slice(6)
    .trim();
  if (powerState === undefined) return {};
  const votes = lines.find((line) => /^LPM (?:voters|force flags) -/.test(line)) ?? '';
  return { powerState, lowPowerVoters: Array.from(votes.matchAll(VOTER), ([, name]) => name as string) };
}

/**
 * AT!GSTATUS?: two columns of `name: value`. The first receiver of the primary carrier comes first; MDM9x15 has one signal
 * for both, and MDM9x50 names the receiver of each RSRP.
 */
function readStatus(lines: readonly string[]): ModemReadings {
  const text = lines.join('\n');
  const mode = /^System mode: *(\S+)/m.exec(text)?.[1];
  const readings: ModemReadings = {
    ...numbered('starts', lines, /^Reset Counter:\s*(\d+)/m),
    ...numbered('temperatureC', lines, /\bTemperature:\s*(-?\d+)/),
    ...numbered('lteBand', lines, /^LTE band:\s*B(\d+)/m),
    ...(mode === undefined || mode === 'NO' ? {} : { radioAccess: mode }),
  };
  const signal: Signal = {
    ...numbered('rssiDbm', lines, /^(?:PCC RxM RSSI|RSSI \(dBm\)):\s*(-?\d+)/m),
    ...numbered('rsrpDbm', lines, /\b(?:RSRP \(dBm\)|PCC RxM RSRP):\s*(-?\d+)/),
    ...numbered('rsrqDb', lines, /\bRSRQ \(dB\):\s*(-?[\d.]+)/),
    ...numbered('sinrDb', lines, /\bSINR \(dB\):\s*(-?[\d.]+)/),
  };
  return { ...readings, signal };
}

/** The configuration that runs, not the one that is preferred. */
function readConfiguration(lines: readonly string[]): ModemReadings {
  const configuration = /^ *current config name: *(\S+)/m.exec(lines.join('\n'))?.[1];
  return configuration === undefined ? {} : { configuration };
}

/** `{ [key]: n }` where the text has it. */
function numbered<K extends string>(
  key: K,
  lines: readonly string[],
  pattern: RegExp,
): { readonly [key in K]?: number } {
  const found = pattern.exec(lines.join('\n'))?.[1];
  return found === undefined ? {} : ({ [key]: Number(found) } as { readonly [key in K]?: number });
}
