import { bandsIn, hexMask, maskOf } from '../band-mask.ts';
import { unexpectedReply } from '../errors.ts';
import type { Ask, BandControl } from './family.ts';

/**
 * AT+QCFG="band": masks of GSM and WCDMA, E-UTRA, TD-SCDMA; 0 leaves one as it is, and a last 1 makes it take effect at
 * once. A setting is the three masks. The modem does not tell which bands it knows: the model's data sheet does.
 * Source: EC25&EC21 AT Commands Manual V1.3.
 */
export const quectelBands: BandControl = {
  async read(ask, { lteBands = [] }) {
    const masks = await readMasks(ask);
    const allowed = bandsIn(BigInt(`0x${masks[1]}`)).filter((band) => lteBands.includes(band));
    return { allowed, known: lteBands, setting: masks.join(',') };
  },
  allow: (ask, bands) => write(ask, `0,${hexMask(maskOf(bands))},0`),
  allowAll: (ask, { lteBands = [] }) => write(ask, `0,${hexMask(maskOf(lteBands))},0`),
  restore: (ask, setting) => write(ask, setting),
};

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
