import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import { cmeError, constant, integerIn, ok, remembered } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/**
 * TS 27.007 7: calls and supplementary services. A data card has none: there is never a call, so what is only about calls
 * is remembered, and the network offers no service by code.
 */
export const gppVoice: Family = {
  '+CLCC': { exec: constant(), test: constant() },
  '+CLIP': presentation('+CLIP'),
  '+COLP': presentation('+COLP'),
  '+CRC': remembered('+CRC', 0, 1),
  '+CR': remembered('+CR', 0, 1),
  '+CVHU': remembered('+CVHU', 0, 1),
  '+CUSD': {
    read: ({ wire }) => ok(`+CUSD: ${wire.others.get('+CUSD') ?? 0}`),
    test: constant('+CUSD: (0-2)'),
    set: serviceCode,
  },
};

/** Read with what the network knows of the service: 2, unknown. */
function presentation(name: string): Family[string] {
  const UNKNOWN = 2;
  return {
    ...remembered(name, 0, 1),
    read: ({ wire }) => ok(`${name}: ${wire.others.get(name) ?? 0},${UNKNOWN}`),
  };
}

/** `=n`: whether answers are reported, 2 to give a dialogue up; `=1,"*100#",15`: asks the network. */
function serviceCode({ wire }: AtCall, values: readonly AtValue[]): AtAnswer {
  const mode = integerIn(values[0], 0, 2);
  if (mode === undefined || values.length > 3) return cmeError(cme.incorrectParameters);
  if (values[1]?.text) return cmeError(cme.unknown);
  if (mode < 2) wire.others.set('+CUSD', mode);
  return ok();
}
