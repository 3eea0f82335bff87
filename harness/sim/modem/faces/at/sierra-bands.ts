import type { AtValue } from '../../../../protocols/at/command.ts';
import type { BandSet } from '../../stored.ts';
import { error, hex, ok } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** AT!BAND: predefined sets, and those that a user defines and then chooses. */
export const sierraBands: Family = { '!BAND': { read: readBand, set: setBand, test: bandTable } };

const HEADER = 'Index, Name,                        GW Band Mask     L Band Mask      TDS Band Mask';

/** Source: AT!BAND=? of an MC7455 (github.com/danielewood/sierra-wireless-modems). */
const predefined: readonly BandSet[] = [
  { number: 0x00, name: 'All bands', gw: 0x0002_0000_07c0_0000n, lte: ~0n },
  { number: 0x01, name: 'Europe 3G', gw: 0x0002_0000_0040_0000n, lte: 0n },
  { number: 0x02, name: 'North America 3G', gw: 0x0480_0000n, lte: 0n },
  { number: 0x06, name: 'Europe', gw: 0x0002_0000_0040_0000n, lte: 0x8_00c5n },
  { number: 0x07, name: 'North America', gw: 0x0480_0000n, lte: 0x0300_185an },
  { number: 0x08, name: 'WCDMA ALL', gw: 0x0002_0000_07c0_0000n, lte: 0n },
  { number: 0x09, name: 'LTE ALL', gw: 0n, lte: ~0n },
];

/** Sets of a user have numbers from 10 to 13, hexadecimal. Source: AirCard AT reference, !BAND. */
const USER_SET = /^1[0-3]$/;

function setsOf({ profile, runtime }: AtCall): readonly BandSet[] {
  const { lteBands } = profile;
  return [...predefined, ...runtime.state.stored.bandSets].map((set) => ({
    ...set,
    lte: set.lte & lteBands & LOW_64,
  }));
}

/** The masks have 64 bits; EM7565's bands above have columns that no source shows. */
const LOW_64 = (1n << 64n) - 1n;

function bandLine({ number, name, gw, lte }: BandSet): string {
  return `${hex(number, 2)}, ${name.padEnd(30)}${hex(gw, 16)} ${hex(lte, 16)} ${hex(0, 16)}`;
}

function bandTable(at: AtCall): AtAnswer {
  return ok(HEADER, ...setsOf(at).map(bandLine));
}

/** The set that was chosen, unless bands were set otherwise since (QMI). */
function readBand(at: AtCall): AtAnswer {
  const { radio, stored } = at.runtime.state;
  const lte = radio.lteBands & LOW_64;
  const chosen = setsOf(at).find((set) => set.number === stored.bandSet && set.lte === lte);
  return chosen
    ? ok(HEADER, bandLine(chosen))
    : ok('Unknown band mask. Use AT!BAND to set band.', hex(lte, 16));
}

/** `=00` chooses; `=10,"name",gwMask,lteMask` defines. */
function setBand(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const index = values[0]?.text.padStart(2, '0') ?? '';
  return values.length === 1 ? choose(at, index) : define(at, index, values);
}

function choose(at: AtCall, index: string): AtAnswer {
  const set = setsOf(at).find(({ number }) => hex(number, 2) === index.toUpperCase());
  if (!set) return error;
  at.runtime.input({ kind: 'store', change: { bandSet: set.number } });
  at.runtime.input({ kind: 'setLteBands', bands: set.lte });
  return ok();
}

function define(at: AtCall, index: string, [, name, gw, lte]: readonly AtValue[]): AtAnswer {
  const masks = [gw?.text ?? '', lte?.text ?? ''];
  const sound = masks.every((mask) => /^[0-9A-F]{1,16}$/i.test(mask)) && name && name.text.length <= 30;
  if (!at.wire.unlocked || !USER_SET.test(index) || !sound) return error;
  const [gwMask = 0n, lteMask = 0n] = masks.map((mask) => BigInt(`0x${mask}`));
  if ((lteMask & at.profile.lteBands) === 0n) return error;
  const number = Number.parseInt(index, 16);
  const others = at.runtime.state.stored.bandSets.filter((set) => set.number !== number);
  const bandSets = [...others, { number, name: name.text, gw: gwMask, lte: lteMask }];
  at.runtime.input({ kind: 'store', change: { bandSets: bandSets.sort((a, b) => a.number - b.number) } });
  return ok();
}
