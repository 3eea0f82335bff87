import type { AtValue } from '../../../../protocols/at/command.ts';
import type { RadioAccess } from '../../state.ts';
import { constant, error, ok } from './answer.ts';
import { protectedSet } from './sierra-lock.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** Settings and restarts of a Sierra modem. */
export const sierraConfig: Family = {
  '!RESET': { exec: restart },
  '!BOOTHOLD': { exec: bootHold },
  '!SELRAT': { read: readAccess, set: setAccess, test: accessHelp },
  '!PCOFFEN': { read: readPinPolicy, set: protectedSet(setPinPolicy), test: constant('!PCOFFEN: (0-2)') },
  '!PCFCCAUTH': { read: fccState },
  '!GCDUMP': { exec: noCrash, read: noCrash },
  '!GCCLR': { exec: constant('Crash data cleared') },
};

/** What a crash left is not emulated: there never is any. */
function noCrash(): AtAnswer {
  return ok('No crash data available');
}

function restart({ runtime }: AtCall): AtAnswer {
  runtime.input({ kind: 'reset' });
  return ok();
}

function bootHold({ runtime }: AtCall): AtAnswer {
  runtime.input({ kind: 'reset', into: 'boot-hold' });
  return ok();
}

const accesses: readonly (readonly [number: string, access: RadioAccess, name: string])[] = [
  ['00', 'automatic', 'Automatic'],
  ['01', 'umts', 'UMTS 3G Only'],
  ['06', 'lte', 'LTE Only'],
  ['11', 'umts-lte', 'UMTS and LTE Only'],
];

function readAccess({ runtime }: AtCall): AtAnswer {
  const { access } = runtime.state.radio;
  const [number, , name] = accesses.find((entry) => entry[1] === access) ?? ['00', '', ''];
  return ok(`!SELRAT: ${number}, ${name}`);
}

function setAccess({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const text = values[0]?.text.padStart(2, '0');
  const found = accesses.find(([number]) => number === text);
  if (!found || values.length !== 1) return error;
  runtime.input({ kind: 'setRadioAccess', access: found[1] });
  return ok();
}

function accessHelp(): AtAnswer {
  return ok('!SELRAT: Index, Name', ...accesses.map(([number, , name]) => `         ${number}, ${name}`));
}

function readPinPolicy({ runtime }: AtCall): AtAnswer {
  return ok(runtime.state.radio.ignoreWDisable ? '2' : '0');
}

function setPinPolicy({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const policy = values[0]?.text ?? '';
  if (!/^[02]$/.test(policy) || values.length !== 1) return error;
  runtime.input({ kind: 'ignoreWDisable', ignore: policy === '2' });
  return ok();
}

function fccState({ runtime }: AtCall): AtAnswer {
  const { traits, radio } = runtime.state;
  return ok(
    `NV Setting: ${traits.fccLocked ? 1 : 0}`,
    `FCC Auth Enabled: ${traits.fccLocked ? 1 : 0}`,
    `FCC Lock State: ${radio.voters.bios ? 1 : 0}`,
  );
}
