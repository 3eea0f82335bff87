import { describe, expect, it } from '@jest/globals';

import type { TimelineEvent } from '../../../harness/core/timeline.ts';
import { recordedTests, verdictsOf } from '../../../harness/report/verdicts.ts';

const signature = { rig: 'sim-a', suite: 'connect/ppp', title: 'connects', repetition: 1, seed: '1' };

function timeline(...entries: readonly [TimelineEvent['source'], string, unknown?][]): TimelineEvent[] {
  return entries.map(([source, kind, data], index) => ({
    seq: index + 1,
    at: index * 10,
    source,
    kind,
    data,
  }));
}

describe('verdictsOf', () => {
  it('signs a finding with where and when', () => {
    const events = timeline(
      ['run', 'rig.begin', {}],
      ['run', 'test.begin', signature],
      ['step', 'begin', { title: 'dial' }],
      ['run', 'test.end', { outcome: 'fail', message: 'no carrier', rung: 'S7', ...signature, tookMs: 25 }],
      ['run', 'rig.end', {}],
    );
    expect(verdictsOf(events)).toEqual([
      { outcome: 'fail', message: 'no carrier', rung: 'S7', ...signature, tookMs: 25, events: [2, 4] },
    ]);
  });

  it('makes an error of a test that was never ended', () => {
    const [verdict] = verdictsOf(timeline(['run', 'test.begin', signature], ['step', 'begin']));
    expect(verdict).toMatchObject({
      ...signature,
      outcome: 'error',
      message: 'the run ended during this test',
      tookMs: 10,
      events: [1, 2],
    });
  });

  it('makes an error of a test that the next one, or the end of the rig, cut off', () => {
    const end = { outcome: 'pass', message: 'ok', tookMs: 1 };
    const events = timeline(
      ['run', 'test.begin', signature],
      ['run', 'test.begin', { ...signature, repetition: 2 }],
      ['run', 'test.end', { ...end, ...signature, repetition: 2 }],
      ['run', 'test.begin', { ...signature, repetition: 3 }],
      ['run', 'rig.end', {}],
    );
    expect(verdictsOf(events).map(({ repetition, outcome }) => [repetition, outcome])).toEqual([
      [1, 'error'],
      [2, 'pass'],
      [3, 'error'],
    ]);
  });

  it('tells of a suite that left no verdict of its own', () => {
    const silent = { outcome: 'error', message: 'no verdict', ...signature, tookMs: 0 };
    const events = timeline(['run', 'rig.begin', {}], ['run', 'rig.error', silent], ['run', 'rig.end', {}]);
    expect(verdictsOf(events)).toMatchObject([{ ...silent, events: [2, 2] }]);
  });

  it('blames the end of the process on the test that it died in, and on suites that never began', () => {
    const silent = (suite: string): object => ({
      outcome: 'error',
      message: 'SIGKILL',
      ...signature,
      suite,
      tookMs: 0,
    });
    const events = timeline(
      ['run', 'test.begin', signature],
      ['run', 'rig.error', silent('stability/soak')],
      ['run', 'test.begin', signature],
      ['run', 'rig.error', silent('connect/ppp')],
      ['run', 'rig.end', {}],
    );
    expect(verdictsOf(events).map(({ suite, message, events: span }) => [suite, message, span])).toEqual([
      ['connect/ppp', 'the run ended during this test', [1, 1]],
      ['stability/soak', 'SIGKILL', [2, 2]],
      ['connect/ppp', 'SIGKILL', [3, 4]],
    ]);
  });

  it('gives the events of each test, and no others', () => {
    const events = timeline(
      ['ssh', 'connect'],
      ['run', 'test.begin', signature],
      ['at', 'command'],
      ['run', 'test.end', { outcome: 'pass', message: 'ok', ...signature, tookMs: 1 }],
      ['ssh', 'close'],
    );
    expect([...recordedTests(events)].map(({ events: own }) => own.map(({ seq }) => seq))).toEqual([
      [2, 3, 4],
    ]);
  });

  it('has nothing to say of an empty timeline', () => {
    expect(verdictsOf([])).toEqual([]);
  });
});
