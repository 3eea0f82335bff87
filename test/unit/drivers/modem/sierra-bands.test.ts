import { describe, expect, it } from '@jest/globals';
import { allowBands, restoreBands } from '../../../../harness/drivers/modem/bands.ts';
import { familyOf } from '../../../../harness/drivers/modem/families/index.ts';
import type { Ask } from '../../../../harness/drivers/modem/families/family.ts';

const { family, model } = familyOf('em7565');

/** A firmware whose table has one mask more; what its header calls it is in no source. */
function longMasks(chosen: '00' | '10'): { readonly ask: Ask; readonly sent: string[] } {
  const sent: string[] = [];
  let now: string = chosen;
  const rows: Readonly<Record<string, string>> = {
    '00': '00, All bands                     0002000007C00000 000001E0BB1F39DF 0000000000000000 0000000000000002',
    '10': '10, mine                          0002000007C00000 000000000000000A 0000000000000000 0000000000000002',
  };
  const ask: Ask = (command) => {
    sent.push(command);
    const index = /^AT!BAND=(\w\w)$/.exec(command)?.[1];
    if (index !== undefined) now = index;
    const lines =
      command === 'AT!BAND=?' ? Object.values(rows) : command === 'AT!BAND?' ? [rows[now] ?? ''] : [];
    return Promise.resolve({ command, ok: true, lines, final: 'OK' });
  };
  return { ask, sent };
}

describe('AT!BAND with a mask for bands above 64, which no source says how to set', () => {
  it('is read, and no set is defined that would lose it', async () => {
    const { ask, sent } = longMasks('10');
    const before = await family.bands.read(ask, model);
    expect(before).toMatchObject({ allowed: [2, 4], setting: '10' });
    await expect(allowBands(ask, family.bands, model, [2])).rejects.toMatchObject({
      code: 'modem.bands-unsettable',
      hint: expect.stringContaining('AT!BAND=?'),
    });
    expect(sent.filter((command) => command.startsWith('AT!BAND='))).toEqual(['AT!BAND=?', 'AT!BAND=?']);
  });

  it("allows all by the modem's own set, and is back by the number of the user's", async () => {
    const { ask } = longMasks('10');
    const { setting } = await family.bands.read(ask, model);
    await allowBands(ask, family.bands, model, 'all');
    expect(await family.bands.read(ask, model)).toMatchObject({ setting: '00' });
    await restoreBands(ask, family.bands, model, setting);
    expect(await family.bands.read(ask, model)).toMatchObject({ allowed: [2, 4], setting: '10' });
  });
});
