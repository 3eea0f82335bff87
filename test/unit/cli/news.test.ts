import { describe, expect, it } from '@jest/globals';

import { newsOf } from '../../../harness/cli/news.ts';
import type { TimelineEvent } from '../../../harness/core/timeline.ts';

const event = (kind: string, data: unknown): TimelineEvent => ({ seq: 1, at: 0, source: 'step', kind, data });

describe('news for whoever waits', () => {
  it('are what events say themselves, of things that take long', () => {
    expect(newsOf(event('flash', { stage: 'boot', text: 'waiting for the new system' }))).toBe(
      'waiting for the new system',
    );
    expect(newsOf(event('flash', { stage: 'identify' }))).toBeUndefined();
    expect(newsOf(event('lease.waiting', { text: 'x is in use' }))).toBe('waiting: x is in use');
    expect(newsOf(event('line', { text: 'of a log' }))).toBeUndefined();
  });
});
