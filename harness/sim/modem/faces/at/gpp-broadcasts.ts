import { cms } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { BroadcastChannels } from '../../stored.ts';
import { constant, integerIn, ok } from './answer.ts';
import { cmsError } from './text-words.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.005 3.3.4: which cell broadcasts are taken (0) or refused (1), by message identifier and coding scheme. */
export const gppBroadcasts: Family = {
  '+CSCB': { read: readBroadcasts, test: constant('+CSCB: (0,1)'), set: chooseBroadcasts },
};

function readBroadcasts({ runtime }: AtCall): AtAnswer {
  const { channels, schemes } = runtime.state.stored.broadcasts;
  const refused = channels.length > 0 && channels.every(({ selected }) => !selected);
  const named = channels.filter(({ selected }) => selected !== refused);
  const words = named.map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`));
  return ok(`+CSCB: ${refused ? 1 : 0},"${words.join(',')}","${schemes}"`);
}

/** `=0,"4370-4380,4383",""`; lists that are left out are empty ones. */
function chooseBroadcasts({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const mode = integerIn(values[0], 0, 1);
  if (mode === undefined || values.length > 3) return cmsError(cms.notSupported);
  const ranges = rangesIn(values[1]?.text ?? '', 0xffff);
  const schemes = values[2]?.text ?? '';
  if (!ranges || !rangesIn(schemes, 0xff)) return cmsError(cms.invalidTextParameter);
  const selected = mode === 0;
  const channels = ranges.map((range): BroadcastChannels => ({ ...range, selected }));
  const broadcasts = { active: selected && channels.length > 0, channels, schemes };
  runtime.input({ kind: 'store', change: { broadcasts } });
  return ok();
}

type Range = Pick<BroadcastChannels, 'start' | 'end'>;

/** `0,5,320-478`; undefined: something else. */
function rangesIn(text: string, highest: number): readonly Range[] | undefined {
  if (text === '') return [];
  const ranges = text.split(',').map((word): Range | undefined => {
    const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word) ?? [];
    const range = { start: Number(from), end: Number(to) };
    return range.start <= range.end && range.end <= highest ? range : undefined;
  });
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}
