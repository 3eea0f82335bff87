import { cme, cms } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import { cmeError, constant, integerIn, ok, remembered } from './answer.ts';
import { characterSet, characterSets, isTextMode, textParameters } from './text-mode.ts';
import { cmsError } from './text-words.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.005 3.2 and 3.3: how text messages are written between modem and host; TS 27.007 5.5: in which characters. */
export const gppTextSettings: Family = {
  '+CSMS': {
    read: constant('+CSMS: 0,1,1,1'),
    test: constant('+CSMS: (0,1)'),
    set: constant('+CSMS: 1,1,1'),
  },
  '+CMGF': {
    read: (at) => ok(`+CMGF: ${isTextMode(at) ? 1 : 0}`),
    test: constant('+CMGF: (0,1)'),
    set: setFormat,
  },
  '+CSMP': {
    read: (at) => ok(`+CSMP: ${textParameters(at).join(',')}`),
    test: constant(),
    set: setParameters,
  },
  '+CSDH': remembered('+CSDH', 0, 1),
  '+CSCS': {
    read: (at) => ok(`+CSCS: "${characterSet(at)}"`),
    test: constant(`+CSCS: (${characterSets.map((name) => `"${name}"`).join(',')})`),
    set: setCharacters,
  },
};

function setFormat({ wire }: AtCall, values: readonly AtValue[]): AtAnswer {
  const format = integerIn(values[0], 0, 1);
  if (format === undefined || values.length > 1) return cmsError(cms.notSupported);
  wire.others.set('+CMGF', format);
  return ok();
}

/** `=17,167,0,0`; what is left out stays. */
function setParameters({ wire }: AtCall, values: readonly AtValue[]): AtAnswer {
  const numbers = values.map((value) => integerIn(value, 0, 255));
  const unreadable = values.some(({ text }, at) => text !== '' && numbers[at] === undefined);
  if (values.length === 0 || values.length > 4 || unreadable) return cmsError(cms.invalidTextParameter);
  for (const [place, number] of numbers.entries()) {
    if (number !== undefined) wire.others.set(`+CSMP ${place}`, number);
  }
  return ok();
}

function setCharacters({ wire }: AtCall, values: readonly AtValue[]): AtAnswer {
  const chosen = characterSets.findIndex((name) => name === values[0]?.text.toUpperCase());
  if (chosen < 0 || values.length > 1) return cmeError(cme.incorrectParameters);
  wire.others.set('+CSCS', chosen);
  return ok();
}
