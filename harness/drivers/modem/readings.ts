import type { ModemReadings } from '../../rig/readings.ts';
import type { Ask, Question } from './families/family.ts';

/** What every modem of TS 27.007 tells. */
const common: readonly Question[] = [
  {
    command: 'AT+CSQ',
    // 0 to 31 in steps of 2 dB from -113 dBm, 99: unknown (TS 27.007 8.5).
    read: (lines) => {
      const n = Number(/^\+CSQ: ?(\d+)/m.exec(lines.join('\n'))?.[1] ?? 99);
      return n > 31 ? {} : { signal: { rssiDbm: 2 * n - 113 } };
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
