import type { AtReply, Registration } from '../../rig/modem.ts';
import type { Ask } from './families/family.ts';

/** <stat> of CREG, CGREG and CEREG. Source: TS 27.007 7.2, 10.1.20, 10.1.22. */
const states: readonly Registration[] = ['idle', 'home', 'searching', 'denied', 'unknown', 'roaming'];

/** `+CEREG: 2,1,"2616","DDAEA01",7` -> home. Values above 5 are kinds of registration for SMS or CS fallback alone. */
export function registrationOf(reply: AtReply): Registration | undefined {
  const line = reply.lines.find((text) => /^\+C(?:E|G)?REG:/.test(text));
  const stat = line === undefined ? undefined : /: ?\d+,(\d+)/.exec(line)?.[1];
  return stat === undefined ? undefined : (states[Number(stat)] ?? 'unknown');
}

/**
 * The packet domain decides: a data-only card is refused by CREG and healthy by CEREG (F60). The first domain that is
 * registered ends the asking; if none is, the first that says more than "not searching" speaks for the modem.
 */
export async function askRegistration(ask: Ask): Promise<Registration> {
  const seen: Registration[] = [];
  for (const command of ['AT+CEREG?', 'AT+CGREG?', 'AT+CREG?']) {
    const state = registrationOf(await ask(command));
    if (state === 'home' || state === 'roaming') return state;
    if (state !== undefined) seen.push(state);
  }
  return seen.find((state) => state !== 'idle' && state !== 'unknown') ?? seen[0] ?? 'unknown';
}
