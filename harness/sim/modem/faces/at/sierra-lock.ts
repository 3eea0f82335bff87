import type { AtValue } from '../../../../protocols/at/command.ts';
import { constant, error, ok } from './answer.ts';
import type { AtAnswer, AtCall, CommandSpec, Family } from './wire.ts';

/** What keeps settings of a Sierra modem from hands that don't know its password. */
export const sierraLock: Family = { '!ENTERCND': { set: enterCondition, read: constant() } };

const PASSWORD = 'A710';

function enterCondition({ wire }: AtCall, values: readonly AtValue[]): AtAnswer {
  wire.unlocked = values.length === 1 && values[0]?.text === PASSWORD;
  return wire.unlocked ? ok() : error;
}

/** Only after AT!ENTERCND. */
export function protectedSet(set: NonNullable<CommandSpec['set']>): NonNullable<CommandSpec['set']> {
  return (at, values) => (at.wire.unlocked ? set(at, values) : error);
}
