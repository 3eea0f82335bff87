import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';

/** The final result code of an AT command and the lines before it. Expected refusals are data. */
export interface AtReply {
  readonly command: string;
  readonly ok: boolean;
  /** Information lines, without echo and blank lines. */
  readonly lines: readonly string[];
  /** `OK`, `ERROR`, `+CME ERROR: SIM not inserted`, `NO CARRIER` … */
  readonly final: string;
}

export type SimState = 'ready' | 'pin' | 'puk' | 'absent' | 'busy' | 'failed';
export type Registration = 'idle' | 'home' | 'searching' | 'denied' | 'unknown' | 'roaming';

export interface ModemIdentity {
  readonly manufacturer: string;
  readonly model: string;
  readonly revision: string;
}

/** A modem under test, asked over its AT port. */
export interface Modem {
  readonly model: string;
  /** USB ids that belong to it, `1199:9071`, application and boot loader. */
  readonly usbIds: { readonly application: readonly string[]; readonly bootLoader: readonly string[] };
  /** USB interface number of the port that answers AT and, where it is the same one, carries PPP. */
  readonly atInterface: number;
  readonly pppInterface: number;
  at(ctx: Ctx, command: string, limit?: Ms): Promise<AtReply>;
  identity(ctx: Ctx): Promise<ModemIdentity>;
  simState(ctx: Ctx): Promise<SimState>;
  /** AT+CFUN? is 1 and no low-power voter holds it down; otherwise the reason. */
  radio(ctx: Ctx): Promise<{ readonly on: boolean; readonly reason: string }>;
  /** The best of CEREG, CGREG and CREG: a data-only SIM is refused by CREG and healthy (fault F60). */
  registration(ctx: Ctx): Promise<Registration>;
}
