import type { Ctx } from '../core/ctx.ts';
import type { ModemIdentity, ModemNumbers, Radio, Registration, SimState } from '../rig/modem.ts';
import type { ModemReadings } from '../rig/readings.ts';
import type { Rig } from '../rig/rig.ts';

/** A modem at one moment. */
export interface ModemStatus {
  /** How it was asked, where that was not over its AT port. */
  readonly detour?: string;
  readonly identity: ModemIdentity;
  /** Cut to what tells model, issuer and operator. */
  readonly numbers: ModemNumbers;
  readonly sim: SimState;
  readonly radio: Radio;
  readonly registration: Registration;
  readonly readings: ModemReadings;
}

/** Asks the modem for all that it tells of itself. */
export async function askStatus(ctx: Ctx, { modem }: Pick<Rig, 'modem'>): Promise<ModemStatus> {
  const status = {
    identity: await modem.identity(ctx),
    numbers: beginnings(await modem.numbers(ctx)),
    sim: await modem.simState(ctx),
    radio: await modem.radio(ctx),
    registration: await modem.registration(ctx),
    readings: await modem.readings(ctx),
  };
  const detour = modem.detour();
  return detour === undefined ? status : { detour, ...status };
}

/** Type allocation code (TS 23.003 6.2.1), issuer (ITU-T E.118), country and network (TS 23.003 2.2). */
const LENGTHS = { imei: 8, iccid: 6, imsi: 5 } as const;

function beginnings(numbers: ModemNumbers): ModemNumbers {
  const cut = Object.entries(LENGTHS).flatMap(([name, length]) => {
    const number = numbers[name as keyof ModemNumbers];
    return number === undefined ? [] : [[name, `${number.slice(0, length)}…`]];
  });
  return Object.fromEntries(cut) as ModemNumbers;
}
