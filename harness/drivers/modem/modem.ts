import type { Ctx } from '../../core/ctx.ts';
import { isHarnessError, messageOf, type HarnessError } from '../../core/errors.ts';
import { seconds, type Ms } from '../../core/units.ts';
import type { Modem } from '../../rig/modem.ts';
import type { Router } from '../../rig/router.ts';
import { createAtModem, type AtModemOptions } from './at-modem.ts';
import { createControlModem, type ControlModem } from './control/control-modem.ts';
import { familyOf } from './families/index.ts';

/** Why its AT port can't be used, for people. A port that is there and silent is a fault, and no reason to look away. */
const reasons: Readonly<Record<string, (error: HarnessError) => string>> = {
  'modem.no-port': () => 'no AT port',
  'modem.port-busy': messageOf,
  'rig.no-comgt': () => 'no gcom on the router',
};

/** What keeps the control device from being asked as well: then the AT port's own trouble is told. */
const DEAD_ENDS: ReadonlySet<string> = new Set(['modem.no-way', 'modem.port-busy']);
const isDeadEnd = (error: unknown): boolean => isHarnessError(error) && DEAD_ENDS.has(error.code);

/** A port that is busy is found so only after a wait: for so long the other way is taken at once. */
const TRY_AGAIN: Ms = seconds(30);

/**
 * A modem behind an OpenWrt router. It is asked over its AT port; where that is missing, held by others, or the router has
 * no program for it, over its control device.
 */
export function createModem(router: Router, modelName: string, options: AtModemOptions = {}): Modem {
  const at = createAtModem(router, modelName, options);
  const control = createControlModem(router, familyOf(modelName));
  const detour = createDetour(control);
  const both =
    <T>(overAt: (ctx: Ctx) => Promise<T>, otherwise: (ctx: Ctx) => Promise<T>) =>
    (ctx: Ctx): Promise<T> =>
      detour.take(ctx, overAt, otherwise);
  return {
    ...at,
    detour: () => detour.taken(),
    identity: both(at.identity, control.identity),
    numbers: both(at.numbers, control.numbers),
    simState: both(at.simState, control.simState),
    radio: both(at.radio, control.radio),
    radioOverControl: control.radio,
    registration: both(at.registration, control.registration),
    readings: both(at.readings, control.readings),
    composition: both(at.composition, control.composition),
    canCompose: (ctx, mode) =>
      detour.take(
        ctx,
        (c) => at.canCompose(c, mode),
        (c) => control.canCompose(c, mode),
      ),
    compose: (ctx, mode) =>
      detour.take(
        ctx,
        (c) => at.compose(c, mode),
        (c) => control.compose(c, mode),
      ),
    restart: async (ctx) => {
      await detour.take(ctx, at.restart, control.restart);
      detour.forget();
    },
    // No modem has an AT command for it that needs no maker's key.
    unlockFcc: control.unlockFcc,
  };
}

interface Detour {
  take<T>(ctx: Ctx, overAt: (ctx: Ctx) => Promise<T>, otherwise: (ctx: Ctx) => Promise<T>): Promise<T>;
  taken(): string | undefined;
  /** The modem shows other ports from now on. */
  forget(): void;
}

function createDetour(control: Pick<ControlModem, 'way'>): Detour {
  let reason: string | undefined;
  let until: Ms = -Infinity;
  const aside = async <T>(ctx: Ctx, error: HarnessError, otherwise: (ctx: Ctx) => Promise<T>): Promise<T> => {
    try {
      const result = await otherwise(ctx);
      if (reason === undefined) ctx.timeline.add('control', 'detour', { because: error.message });
      reason = reasons[error.code]?.(error);
      until = ctx.clock.now() + TRY_AGAIN;
      return result;
    } catch (second) {
      throw isDeadEnd(second) ? error : second;
    }
  };
  return {
    async take(ctx, overAt, otherwise) {
      if (ctx.clock.now() < until) {
        try {
          return await otherwise(ctx);
        } catch (error) {
          if (!isDeadEnd(error)) throw error;
          until = -Infinity; // it may have the other port again
        }
      }
      try {
        const result = await overAt(ctx);
        reason = undefined;
        return result;
      } catch (error) {
        if (!isHarnessError(error) || !(error.code in reasons)) throw error;
        return aside(ctx, error, otherwise);
      }
    },
    taken: () => (reason === undefined ? undefined : `${reason}: asked by ${control.way() ?? 'USB alone'}`),
    forget: () => {
      reason = undefined;
      until = -Infinity;
    },
  };
}
