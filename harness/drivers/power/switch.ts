import type { Ctx } from '../../core/ctx.ts';
import { HarnessError, isHarnessError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { PowerState, PowerSwitch } from '../../rig/power.ts';

/** What differs from one make of switch to the next. */
export interface PowerControl {
  /** Asks; `unknown` where it can't be asked. */
  ask(ctx: Ctx): Promise<PowerState>;
  turn(ctx: Ctx, on: boolean): Promise<void>;
}

/** How long one request to a switch may take, and how long a relay may take to follow. */
export const REQUEST_LIMIT: Ms = 10_000;
const FOLLOW_LIMIT: Ms = 10_000;

/**
 * A switch that proves what it did by asking, and writes to the timeline before it does it.
 * @throws HarnessError `power.not-switched` where it went on saying the opposite
 */
export function createPowerSwitch(name: string, leastOffMs: Ms, control: PowerControl): PowerSwitch {
  return {
    name,
    leastOffMs,
    state: (ctx) => control.ask(ctx),
    set: async (ctx, on) => {
      const wanted = on ? 'on' : 'off';
      ctx.timeline.add('power', wanted, { name });
      await control.turn(ctx, on);
      let found: PowerState = 'unknown';
      const proof = async (c: Ctx): Promise<PowerState | undefined> => {
        found = await control.ask(c);
        return found === wanted || found === 'unknown' ? found : undefined;
      };
      const seen = await ctx
        .expect(`${name} is ${wanted}`, proof, FOLLOW_LIMIT, 250)
        .catch((error: unknown) => {
          throw isHarnessError(error) && error.code === 'expectation.unmet'
            ? notSwitched(name, wanted, found)
            : error;
        });
      ctx.timeline.add('power', 'state', { name, state: seen });
    },
  };
}

const notSwitched = (name: string, wanted: string, found: PowerState): HarnessError =>
  new HarnessError(`${name} was told to be ${wanted} and says that it is ${found}`, {
    code: 'power.not-switched',
    blame: 'rig',
    effect: 'unknown',
    hint: 'switch it by hand; is the outlet locked, or is another one named in the rig file?',
    data: { name, wanted, found },
  });

/** A switch answered something that its make never says. */
export const strangeAnswer = (name: string, found: string): HarnessError =>
  new HarnessError(`${name} answered something unknown: ${JSON.stringify(found.slice(0, 200))}`, {
    code: 'power.unexpected-answer',
    blame: 'rig',
    effect: 'unknown',
    hint: 'are `kind` and the outlet in the rig file the right ones for this switch?',
  });

export const loginRefused = (name: string): HarnessError =>
  new HarnessError(`${name} does nothing without a login, or for another one than this`, {
    code: 'power.login-refused',
    blame: 'rig',
    effect: 'none',
    hint: 'name user and passwordEnv in the rig file, beside its url',
  });

/** `on`, `OFF`, `1`; undefined: something else. */
export function stateInWords(answer: string): PowerState | undefined {
  const word = answer.trim().toLowerCase();
  if (word === 'on' || word === '1') return 'on';
  return word === 'off' || word === '0' ? 'off' : undefined;
}
