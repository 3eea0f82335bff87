import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';

/** `unknown`: the switch can't be asked. */
export type PowerState = 'on' | 'off' | 'unknown';

/** What cuts the supply of a router, or of a modem alone: an outlet, a USB hub's port, a virtual machine's process. */
export interface PowerSwitch {
  /** For people: `outlet 3 of pdu.lab`. */
  readonly name: string;
  /** How long it must be off until capacitors are empty and the supply is really gone. */
  readonly leastOffMs: Ms;
  /** @throws HarnessError `power.…` where the switch can't be reached */
  state(ctx: Ctx): Promise<PowerState>;
  /** Switches, and proves it by asking where the switch can be asked. @throws HarnessError `power.…` */
  set(ctx: Ctx, on: boolean): Promise<void>;
}
