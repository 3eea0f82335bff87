import type { AtValue } from '../../../../protocols/at/command.ts';
import { error, hex, integerIn, ok } from './answer.ts';
import { protectedSet } from './sierra-lock.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** AT!CUSTOM: switches of the firmware. They are kept; none of them changes what is emulated here. */
export const sierraCustom: Family = {
  '!CUSTOM': { read: readSwitches, set: protectedSet(setSwitch) },
};

/** With the values that users of an EM7455 found (wiki.archlinux.org, ThinkPad X1 Carbon; wireless forum posts). */
const switches: Readonly<Record<string, number>> = {
  GPSENABLE: 1,
  GPIOSARENABLE: 0,
  GPSSEL: 1,
  IPV6ENABLE: 1,
  SIMLPM: 1,
  USBSERIALENABLE: 0,
  FASTENUMEN: 0,
  SINGLEAPNSWITCH: 1,
};

const NAME_WIDTH = 19;

/** Those that are not 0. */
function readSwitches({ runtime }: AtCall): AtAnswer {
  const { customSwitches } = runtime.state.stored;
  const lines = Object.entries({ ...switches, ...customSwitches })
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `             ${name.padEnd(NAME_WIDTH)}0x${hex(value, 2)}`);
  return ok('!CUSTOM: ', ...lines);
}

function setSwitch({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const name = values[0]?.text.toUpperCase() ?? '';
  const value = integerIn(values[1], 0, 255);
  if (!(name in switches) || value === undefined || values.length !== 2) return error;
  const { customSwitches } = runtime.state.stored;
  runtime.input({ kind: 'store', change: { customSwitches: { ...customSwitches, [name]: value } } });
  return ok();
}
