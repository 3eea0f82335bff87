import { bandsRefused, noBand } from './errors.ts';
import type { Ask, BandControl, ModemModel } from './families/family.ts';

/** Allows these bands alone, proven by reading them back. */
export async function allowBands(
  ask: Ask,
  control: BandControl,
  model: ModemModel,
  bands: readonly number[] | 'all',
): Promise<void> {
  const { known } = await control.read(ask, model);
  const wanted = bands === 'all' ? known : [...new Set(bands)].sort((a, b) => a - b);
  const unknown = wanted.filter((band) => !known.includes(band));
  if (unknown.length > 0) throw noBand(model, unknown, known);
  const refusal = bands === 'all' ? await control.allowAll(ask, model) : await control.allow(ask, wanted);
  if (refusal) throw bandsRefused(model, refusal.final);
  const { allowed } = await control.read(ask, model);
  if (allowed.join() !== wanted.join()) throw bandsRefused(model, `it reads back ${allowed.join(', ')}`);
}

/** Puts a setting back as it was told, proven by reading it back. */
export async function restoreBands(
  ask: Ask,
  control: BandControl,
  model: ModemModel,
  setting: string,
): Promise<void> {
  const refusal = await control.restore(ask, setting);
  if (refusal) throw bandsRefused(model, refusal.final);
  const now = (await control.read(ask, model)).setting;
  if (now !== setting) throw bandsRefused(model, `it reads back ${now} and not ${setting}`);
}
