import type { ModemReadings } from '../../rig/readings.ts';
import type { Ask, Question } from './families/family.ts';

/** RSSI as TS 27.007 8.5 has it: 0 to 31 in steps of 2 dB from -113 dBm, 99: unknown. */
export function rssiOf(step: number | undefined): number | undefined {
  return step === undefined || Number.isNaN(step) || step > 31 ? undefined : 2 * step - 113;
}

/** What every modem of TS 27.007 tells. */
const common: readonly Question[] = [
  {
    command: 'AT+CSQ',
    read: (lines) => {
      const rssiDbm = rssiOf(Number(/^\+CSQ: ?(\d+)/m.exec(lines.join('\n'))?.[1] ?? 99));
      return rssiDbm === undefined ? {} : { signal: { rssiDbm } };
    },
  },
  {
    command: 'AT+COPS?',
    read: (lines) => {
      const operator = /^\+COPS: ?\d,\d,"([^"]*)"/m.exec(lines.join('\n'))?.[1];
      return operator === undefined ? {} : { operator };
    },
  },
];

/** Asks everything; a refused question tells nothing. */
export async function askReadings(ask: Ask, own: readonly Question[]): Promise<ModemReadings> {
  let told: ModemReadings = {};
  for (const { command, read } of [...common, ...own]) {
    const reply = await ask(command);
    if (reply.ok) told = merge(told, read(reply.lines));
  }
  return told;
}

function merge(before: ModemReadings, after: ModemReadings): ModemReadings {
  const signal = { ...before.signal, ...after.signal };
  return { ...before, ...after, ...(Object.keys(signal).length > 0 ? { signal } : {}) };
}
