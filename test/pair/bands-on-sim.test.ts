import { describe, expect, it } from '@jest/globals';

import { allowBands, restoreBands } from '../../harness/drivers/modem/bands.ts';
import type { Ask } from '../../harness/drivers/modem/families/family.ts';
import { familyOf } from '../../harness/drivers/modem/families/index.ts';
import { askRegistration } from '../../harness/drivers/modem/registration.ts';
import type { AtReply } from '../../harness/rig/modem.ts';
import { bench, type Bench } from '../unit/sim/modem/bench.ts';

/** The driver's own questions, straight at the emulated modem's port; its cell is in band 4. */
function at(model: string, body: (b: Bench, ask: Ask) => Promise<void>): Promise<void> {
  const b = bench(model);
  return b.drive(async () => {
    await b.pass(5_000);
    await body(b, b.open().at);
  });
}

const models = ['mc7455', 'em7565', 'aircard-340u', 'ec25-a'] as const;

describe.each(models)('the bands of %s', (name) => {
  const { family, model } = familyOf(name);
  const { bands } = family;

  it('are locked for real, and as they were afterwards', () =>
    at(name, async (b, ask) => {
      const before = await bands.read(ask, model);
      expect(before.allowed).toEqual(before.known);
      const others = before.known.filter((band) => band !== 4).slice(0, 2);
      await allowBands(ask, bands, model, others.toReversed());
      expect((await bands.read(ask, model)).allowed).toEqual(others);
      await b.pass(60_000);
      expect(await askRegistration(ask)).toBe('searching');
      b.modem.input({ kind: 'reset' });
      await b.pass(30_000);
      const again = b.open().at;
      expect(await askRegistration(again)).toBe('searching');
      await restoreBands(again, bands, model, before.setting);
      expect(await bands.read(again, model)).toEqual(before);
      await b.pass(10_000);
      expect(await askRegistration(again)).toBe('home');
    }));

  it('are refused where it does not know them, before anything is written', () =>
    at(name, async (_b, ask) => {
      const before = await bands.read(ask, model);
      await expect(allowBands(ask, bands, model, [4, 71])).rejects.toMatchObject({
        code: 'modem.no-band',
        data: { unknown: [71] },
      });
      expect(await bands.read(ask, model)).toEqual(before);
    }));
});

describe("a Quectel's bands", () => {
  const { family, model } = familyOf('ec25');
  const reply = (command: string, ...lines: string[]): AtReply => ({ command, lines, final: 'OK', ok: true });
  const variant = (revision: string, band: string): Ask => {
    return (command) =>
      Promise.resolve(
        command === 'ATI'
          ? reply(command, 'Quectel', 'EC25', `Revision: ${revision}`)
          : reply(command, `+QCFG: "band",${band}`),
      );
  };

  // The second one's mask was posted at forums.quectel.com/t/53540.
  it.each([
    ['EC25EFAR06A03M4G', '0x93,0x1a0000800d5,0x0', [1, 3, 5, 7, 8, 20, 38, 40, 41]],
    ['EC25EUXGAR08A15M1G', '0x93,0x1a0080800c5,0x0', [1, 3, 7, 8, 20, 28, 38, 40, 41]],
    ['EC25AFFAR07A08M4G', '0x10,0x42000000000000381a,0x0', [2, 4, 5, 12, 13, 14, 66, 71]],
    ['EC25AFAR05A07M4G', '0x10,0x81a,0x0', [2, 4, 12]],
  ])('are those of its variant: %s', async (revision, band, bands) => {
    const found = await family.bands.read(variant(revision, band), model);
    expect(found).toMatchObject({ allowed: bands, known: bands });
  });

  it('are not guessed of a variant that nobody knows', async () => {
    await expect(family.bands.read(variant('EC25XXFAR01', '0,1,0'), model)).rejects.toMatchObject({
      code: 'modem.unknown-variant',
    });
  });
});

describe('what others left in AT!BAND', () => {
  const { family, model } = familyOf('mc7455');
  const { bands } = family;

  it('is put back: a set of theirs, with its definition', () =>
    at('mc7455', async (_b, ask) => {
      await ask('AT!ENTERCND="A710"');
      await ask('AT!BAND=13,"home",0000000004800000,18');
      await ask('AT!BAND=13');
      const { setting, allowed } = await bands.read(ask, model);
      expect(allowed).toEqual([4, 5]);
      await allowBands(ask, bands, model, [2]);
      await allowBands(ask, bands, model, [12]); // the same set again, not one more
      const names = (await ask('AT!BAND=?')).lines.map((line) => line.slice(0, 11)).slice(-2);
      expect(names).toEqual(['12, wwanlab', '13, home   ']);
      expect((await ask('AT!BAND?')).lines[1]).toContain('0000000004800000'); // its WCDMA bands stayed
      await restoreBands(ask, bands, model, setting);
      expect((await bands.read(ask, model)).setting).toBe(setting);
      await allowBands(ask, bands, model, 'all');
      expect((await bands.read(ask, model)).setting).toBe('00');
    }));

  it('is named where it cannot be put back, or where there is no room', () =>
    at('mc7455', async (b, ask) => {
      b.modem.input({ kind: 'setLteBands', bands: 2n }); // as over QMI
      await expect(allowBands(ask, bands, model, [4])).rejects.toMatchObject({
        code: 'modem.unknown-bands',
        hint: expect.stringContaining('AT!BAND=00'),
      });
      await ask('AT!BAND=00');
      for (const set of [10, 11, 12, 13]) await ask(`AT!BAND=${set},"theirs",0,2`);
      await expect(allowBands(ask, bands, model, [4])).rejects.toMatchObject({ code: 'modem.no-band-set' });
    }));

  it('is told when the firmware takes a set and does another thing', async () => {
    const table = 'Index, Name\n00, All bands  0002000007C00000 00000100130818DF 0000000000000000'.split(
      '\n',
    );
    const stubborn: Ask = (command) =>
      Promise.resolve({ command, ok: true, lines: command.includes('?') ? table : [], final: 'OK' });
    await expect(allowBands(stubborn, bands, model, [2])).rejects.toMatchObject({
      code: 'modem.bands-refused',
      message: expect.stringContaining('it reads back 1, 2, 3'),
    });
  });
});
