import type { ModemNumbers } from '../../rig/modem.ts';
import type { Ask } from './families/family.ts';

/** `004401077455018`, `!ICCID: 89014103270000000174`, `+QCCID: 8901410327000000017F`: the last word, where it is a number. */
const NUMBER = /(\d{14,20})F?$/;

/** TS 27.007 5.4 and 5.6; the card's number has no command that all makers share. A refused question tells nothing. */
export async function askNumbers(ask: Ask, iccidCommand: string): Promise<ModemNumbers> {
  const numbers: Record<string, string> = {};
  for (const [name, command] of [
    ['imei', 'AT+CGSN'],
    ['iccid', iccidCommand],
    ['imsi', 'AT+CIMI'],
  ] as const) {
    const { lines } = await ask(command);
    const found = lines.map((line) => NUMBER.exec(line.trim())?.[1]).find((one) => one !== undefined);
    if (found !== undefined) numbers[name] = found;
  }
  return numbers;
}
