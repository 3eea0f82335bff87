import type { Ms } from '../core/units.ts';
import { allowedDuration, parseDuration } from '../core/duration.ts';
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
  const read = /^\d+$/.test(text) ? Number(text) : parseDuration(text);
  if (read !== undefined) return read;
  throw usageError('wait', `--wait: found "${text}", allowed: ${allowedDuration}`, 'type: --wait "5 min"');
}
