import { bandsIn, hexMask, maskOf } from '../band-mask.ts';
import { unexpectedReply, unknownVariant } from '../errors.ts';
import type { Ask, BandControl } from './family.ts';

/**
 * AT+QCFG="band": masks of GSM and WCDMA, E-UTRA, TD-SCDMA; 0 leaves one as it is, and a last 1 makes it take effect at
 * once. A setting is the three masks. The modem does not tell which bands it knows: its variant's data sheet does.
 * Source: EC25&EC21 AT Commands Manual V1.3.
 */
export const quectelBands: BandControl = {
  async read(ask) {
    const [known, masks] = [await knownBands(ask), await readMasks(ask)];
    const allowed = bandsIn(BigInt(`0x${masks[1]}`)).filter((band) => known.includes(band));
    return { allowed, known, setting: masks.join(',') };
  },
  allow: (ask, bands) => write(ask, `0,${hexMask(maskOf(bands))},0`),
  allowAll: async (ask) => write(ask, `0,${hexMask(maskOf(await knownBands(ask)))},0`),
  restore: (ask, setting) => write(ask, setting),
};

/** E-UTRA bands of an EC25's variants. Source: Quectel's EC25 hardware design and specification. */
const variants: Readonly<Record<string, readonly number[]>> = {
  A: [2, 4, 12],
  AF: [2, 4, 5, 12, 13, 14, 66, 71],
  AU: [1, 2, 3, 4, 5, 7, 8, 28, 40],
  AUT: [1, 3, 5, 7, 28],
  E: [1, 3, 5, 7, 8, 20, 38, 40, 41],
  EC: [1, 3, 7, 8, 20, 28],
  EU: [1, 3, 7, 8, 20, 28, 38, 40, 41],
  EUX: [1, 3, 7, 8, 20, 28, 38, 40, 41],
  J: [1, 3, 8, 18, 19, 26, 41],
  V: [4, 13],
};

/** All variants have one USB id; `Revision: EC25AFFAR07A08M4G` tells that it is an EC25-AF. */
async function knownBands(ask: Ask): Promise<readonly number[]> {
  const { lines } = await ask('ATI');
  const revision =
    lines
      .find((line) => line.startsWith('Revision:'))
      ?.slice('Revision:'.length)
      .trim() ?? '';
  const variant = /^EC25([A-Z]*?)[FG]AR\d/.exec(revision)?.[1] ?? '';
  const bands = variants[variant];
  if (!bands) throw unknownVariant(revision, Object.keys(variants));
  return bands;
}

async function readMasks(ask: Ask): Promise<readonly string[]> {
  const reply = await ask('AT+QCFG="band"');
  const line = /^\+QCFG: ?"band",(?:0x)?([0-9a-f]+),(?:0x)?([0-9a-f]+),(?:0x)?([0-9a-f]+)/im;
  const masks = line.exec(reply.lines.join('\n'))?.slice(1);
  if (!masks) throw unexpectedReply('AT+QCFG="band"', [...reply.lines, reply.final]);
  return masks;
}

async function write(ask: Ask, masks: string): ReturnType<BandControl['restore']> {
  const reply = await ask(`AT+QCFG="band",${masks},1`);
  return reply.ok ? undefined : reply;
}
