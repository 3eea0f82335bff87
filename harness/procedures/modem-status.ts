import type { Ctx } from '../core/ctx.ts';
import type { ModemIdentity, Registration, SimState } from '../rig/modem.ts';
import type { ModemReadings } from '../rig/readings.ts';
import type { Rig } from '../rig/rig.ts';

/** A modem at one moment. */
export interface ModemStatus {
  readonly identity: ModemIdentity;
  readonly sim: SimState;
  readonly radio: { readonly on: boolean; readonly reason: string };
  readonly registration: Registration;
  readonly readings: ModemReadings;
}

/** Asks the modem for all that it tells of itself. */
export async function askStatus(ctx: Ctx, { modem }: Pick<Rig, 'modem'>): Promise<ModemStatus> {
  return {
    identity: await modem.identity(ctx),
    sim: await modem.simState(ctx),
    radio: await modem.radio(ctx),
    registration: await modem.registration(ctx),
    readings: await modem.readings(ctx),
  };
}
