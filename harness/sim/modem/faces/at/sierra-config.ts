import type { AtValue } from '../../../../protocols/at/command.ts';
import type { RadioAccess } from '../../state.ts';
import { constant, error, hex, ok } from './answer.ts';
import { protectedSet } from './sierra-usb.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** Settings and restarts of a Sierra modem. */
export const sierraConfig: Family = {
  '!RESET': { exec: restart },
  '!BOOTHOLD': { exec: bootHold },
  '!SELRAT': { read: readAccess, set: setAccess, test: accessHelp },
  '!BAND': { read: readBand, set: setBand, test: bandTable },
  '!PCOFFEN': { read: readPinPolicy, set: protectedSet(setPinPolicy), test: constant('!PCOFFEN: (0-2)') },
  '!PCFCCAUTH': { read: fccState },
  '!GCDUMP': { read: constant('No crash dump data available') },
};

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

const HEADER = 'Index, Name,                        GW Band Mask     L Band Mask      TDS Band Mask';
// WCDMA bands of the generic firmware; the emulated air has LTE alone.
const GW_MASK = 0x0002_0000_07c0_0000n;

interface BandEntry {
  readonly index: string;
  readonly name: string;
  readonly gw: bigint;
  readonly lte: bigint;
}

function predefined({ profile }: AtCall): readonly BandEntry[] {
  return [
    { index: '00', name: 'All bands', gw: GW_MASK, lte: profile.lteBands },
    { index: '09', name: 'LTE All', gw: 0n, lte: profile.lteBands },
  ];
}

function bandLine({ index, name, gw, lte }: BandEntry): string {
  return `${index}, ${name.padEnd(31)} ${hex(gw, 16)} ${hex(lte, 16)} ${hex(0, 16)}`;
}

/** The entry in force: all bands, all of LTE, or one that the user defined. */
function readBand(at: AtCall): AtAnswer {
  const { lteBands } = at.runtime.state.radio;
  const chosen = at.wire.others.get(BAND_INDEX) === 9 ? '09' : '00';
  const known = predefined(at).find(({ index, lte }) => index === chosen && lte === lteBands);
  return ok(HEADER, bandLine(known ?? { index: '10', name: 'User defined', gw: 0n, lte: lteBands }));
}

const BAND_INDEX = '!BAND';

function bandTable(at: AtCall): AtAnswer {
  return ok(HEADER, ...predefined(at).map(bandLine));
}

/** `=00`, `=09`; `=10,"name",gwMask,lteMask` defines and selects bands in one. */
function setBand(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const index = values[0]?.text.padStart(2, '0') ?? '';
  if (values.length === 1) return selectBand(at, index);
  const mask = values[3]?.text ?? '';
  if (!at.wire.unlocked || !/^1\d$/.test(index) || !/^[0-9A-F]{1,16}$/i.test(mask)) return error;
  return tune(at, Number(index), BigInt(`0x${mask}`));
}

function selectBand(at: AtCall, index: string): AtAnswer {
  const entry = predefined(at).find((candidate) => candidate.index === index);
  // A user's entry is in force since it was defined.
  if (!entry) return index === '10' && at.wire.others.get(BAND_INDEX) === 10 ? ok() : error;
  return tune(at, Number(index), entry.lte);
}

function tune(at: AtCall, index: number, bands: bigint): AtAnswer {
  const usable = bands & at.profile.lteBands;
  if (usable === 0n) return error;
  at.wire.others.set(BAND_INDEX, index);
  at.runtime.input({ kind: 'setLteBands', bands: usable });
  return ok();
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
