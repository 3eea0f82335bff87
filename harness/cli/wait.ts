import type { Ms } from '../core/units.ts';
import { duration } from '../lab/fields.ts';
import type { Arguments, OptionSpec } from './spec.ts';
import { usageError } from './usage.ts';

/** Every command that leases a rig has it. */
export const wait: OptionSpec = {
  name: 'wait',
  value: 'TIME',
  about: 'how long to wait for a lab rig that somebody else uses; "30 s" by default',
};

/** `--wait`: a duration, or a number of milliseconds. @throws HarnessError `usage.wait` */
export function waitOf(args: Arguments): Ms | undefined {
  const text = args.text('wait');
  if (text === undefined) return undefined;
  const read = duration.safeParse(/^\d+$/.test(text) ? Number(text) : text);
  if (read.success) return read.data;
  const allowed = 'a duration such as "30 s", "8 min", "2 h", or a number of milliseconds';
  throw usageError('wait', `--wait: found "${text}", allowed: ${allowed}`, 'type: --wait "5 min"');
}
