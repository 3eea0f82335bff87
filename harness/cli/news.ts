import type { TimelineEvent } from '../core/timeline.ts';

/** Events that say it themselves. */
const SAID: ReadonlySet<string> = new Set([
  'mode.doing',
  'port.freeing',
  'port.waiting',
  'router.way',
  'rescue',
  'rescue.waiting',
  'rescue.asking',
  'flash',
]);

/** What people want to hear while a rig is being opened or closed; undefined: this event is none of it. */
export function newsOf({ kind, data }: TimelineEvent): string | undefined {
  const { text, things, left } = (data ?? {}) as { text?: string; things?: readonly string[]; left?: string };
  if (kind === 'lease.waiting' && text !== undefined) return `waiting: ${text}`;
  if (kind === 'bring-back' && things !== undefined) {
    return `bringing back what ${left} changed: ${things.join(', ')}`;
  }
  return SAID.has(kind) ? text : undefined;
}
