import type { AtValue } from '../../../../protocols/at/command.ts';
import { bearerOf } from '../../state.ts';
import { error, integerIn, ok } from './answer.ts';
import { setActive, userContexts } from './gpp-packet.ts';
import type { Answer, AtAnswer, AtCall, Family } from './wire.ts';

/** AT!SCACT: calls of profiles, as older hosts of Sierra's modems make them. */
export const sierraCall: Family = { '!SCACT': { read: readCalls, set: setCall } };

function readCalls({ runtime }: AtCall): AtAnswer {
  return ok(
    ...userContexts(runtime).map(({ cid }) => {
      const active = bearerOf(runtime.state, cid)?.phase === 'active';
      return `!SCACT: ${cid},${active ? 1 : 0}`;
    }),
  );
}

/** `=state,profile`: one profile at a time. */
function setCall(at: AtCall, values: readonly AtValue[]): Answer {
  return values.length === 2 && integerIn(values[1], 1, 255) !== undefined ? setActive(at, values) : error;
}
