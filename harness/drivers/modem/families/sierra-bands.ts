import { bandsIn, hexMask, maskOf } from '../band-mask.ts';
import { moreMasks, noBandSet, unexpectedReply, unknownBands } from '../errors.ts';
import type { Ask, BandControl } from './family.ts';

/** A row of AT!BAND: a set of bands with a number, hexadecimal. */
interface BandSet {
  readonly index: string;
  readonly name: string;
  readonly gw: string;
  readonly lte: bigint;
  /** It has more masks than those for GW, L and TDS: the EM7565's bands above 64. No source says how they are set. */
  readonly more: boolean;
}

/** `10, B2B4                          0000000000000000 000000000000000A …`; some firmware has a comma behind the name. */
const ROW = /^([0-9A-F]{2}), (.*?),?\s*([0-9A-F]{16})\s+([0-9A-F]{16})\b/i;

/** Sets 10 to 13 are the user's. Source: AirCard AT reference, !BAND. */
const USER_SETS: readonly string[] = ['13', '12', '11', '10'];
const OURS = 'wwanlab';

/**
 * AT!BAND: predefined sets, and those that a user defines and then chooses. A setting is a set's number or, for one of
 * the user's, all of its definition. Bands of GSM and WCDMA stay as they were. Sources: AirCard AT reference, !BAND;
 * github.com/danielewood/sierra-wireless-modems.
 */
export const sierraBands: BandControl = {
  async read(ask) {
    await unlock(ask);
    const known = (await table(ask)).find(({ index }) => index === '00')?.lte ?? 0n;
    const { index, name, gw, lte, more } = await current(ask);
    // One of the user's that can't be told whole stays defined: its number brings it back.
    const setting =
      USER_SETS.includes(index) && !more ? `${index},"${name}",${gw},${hexMask(lte, 16)}` : index;
    return { allowed: bandsIn(lte), known: bandsIn(known), setting };
  },
  async allow(ask, bands) {
    await unlock(ask);
    const { gw, more } = await current(ask);
    if (more) throw moreMasks();
    const sets = await table(ask);
    const free = USER_SETS.find((index) => sets.every((set) => set.index !== index));
    const index = sets.find(({ name }) => name === OURS)?.index ?? free;
    if (index === undefined) throw noBandSet(USER_SETS);
    return select(ask, `${index},"${OURS}",${gw},${hexMask(maskOf(bands), 16)}`);
  },
  async allowAll(ask) {
    await unlock(ask);
    return select(ask, '00');
  },
  async restore(ask, setting) {
    await unlock(ask);
    return select(ask, setting);
  },
};

/** Without it, masks are not shown and sets can't be defined. */
async function unlock(ask: Ask): Promise<void> {
  const reply = await ask('AT!ENTERCND="A710"');
  if (!reply.ok) throw unexpectedReply('AT!ENTERCND', [...reply.lines, reply.final]);
}

async function table(ask: Ask): Promise<readonly BandSet[]> {
  const reply = await ask('AT!BAND=?');
  const sets = reply.lines.flatMap((line) => rowOf(line) ?? []);
  if (sets.length === 0) throw unexpectedReply('AT!BAND=?', [...reply.lines, reply.final]);
  return sets;
}

async function current(ask: Ask): Promise<BandSet> {
  const reply = await ask('AT!BAND?');
  const set = reply.lines.map(rowOf).find((row) => row !== undefined);
  if (set) return set;
  if (reply.lines.some((line) => line.startsWith('Unknown band mask'))) throw unknownBands(reply.lines);
  throw unexpectedReply('AT!BAND?', [...reply.lines, reply.final]);
}

function rowOf(line: string): BandSet | undefined {
  const [, index, name, gw, lte] = ROW.exec(line) ?? [];
  const masks = line.match(/\b[0-9A-F]{16}\b/gi) ?? [];
  if (index === undefined || name === undefined || gw === undefined) return undefined;
  const more = masks.length > 3;
  return { index: index.toUpperCase(), name: name.trim(), gw, lte: BigInt(`0x${lte}`), more };
}

/** Defines what has more than a number, then chooses it. */
async function select(ask: Ask, setting: string): ReturnType<BandControl['restore']> {
  if (setting.includes(',')) {
    const defined = await ask(`AT!BAND=${setting}`);
    if (!defined.ok) return defined;
  }
  const chosen = await ask(`AT!BAND=${setting.slice(0, 2)}`);
  return chosen.ok ? undefined : chosen;
}
