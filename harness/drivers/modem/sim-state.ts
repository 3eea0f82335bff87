import { cmeOf } from '../../protocols/at/result-code.ts';
import type { AtReply, SimState } from '../../rig/modem.ts';
import type { Ask } from './families/family.ts';

/** +CME ERROR codes about the card. Source: TS 27.007 9.2. */
const byCme: Readonly<Record<number, SimState>> = {
  10: 'absent',
  11: 'pin',
  12: 'puk',
  13: 'failed',
  14: 'busy',
  15: 'failed',
};

/** The state that the reply to AT+CPIN? tells; undefined for a plain ERROR, which tells nothing. */
export function simStateOf(reply: AtReply): SimState | undefined {
  const said = reply.lines
    .find((line) => line.startsWith('+CPIN:'))
    ?.slice(6)
    .trim();
  if (reply.ok && said !== undefined) {
    if (said === 'READY') return 'ready';
    if (said.startsWith('SIM PUK')) return 'puk';
    return said.startsWith('SIM PIN') ? 'pin' : 'failed';
  }
  const code = cmeOf(reply.final);
  return code === undefined ? undefined : (byCme[code] ?? 'failed');
}

/** Asks for the card; a modem that says only ERROR is told to say why (AT+CMEE=2) and asked again. */
export async function askSimState(ask: Ask): Promise<SimState> {
  const state = simStateOf(await ask('AT+CPIN?'));
  if (state !== undefined) return state;
  await ask('AT+CMEE=2');
  return simStateOf(await ask('AT+CPIN?')) ?? 'failed';
}
