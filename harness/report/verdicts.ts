import type { TimelineEvent } from '../core/timeline.ts';
import type { Finding, Verdict } from '../verdict/verdict.ts';

/** A test that has ended, with everything that was recorded while it ran. */
export interface RecordedTest {
  readonly verdict: Verdict;
  readonly events: readonly TimelineEvent[];
}

/** Reads tests out of a timeline, event by event; only the events of the test at hand are held. */
export interface TestReader {
  /** Gives the tests that this event ended: mostly none, two where a run went on after one was cut off. */
  take(event: TimelineEvent): readonly RecordedTest[];
  /** Gives the test that was never ended, if there is one. */
  end(): readonly RecordedTest[];
}

/** What `test.begin` and `test.end` carry; `test.end` carries the finding as well. */
interface Signature {
  readonly rig: string;
  readonly suite: string;
  readonly title: string;
  readonly repetition: number;
  readonly seed: string;
}

const CUT_OFF: Finding = {
  outcome: 'error',
  message: 'the run ended during this test',
  code: 'run.cut-off',
  blame: 'harness',
  hint: 'run it again; logs/jest.log says more if it was not stopped on purpose',
};

export function createTestReader(): TestReader {
  let events: TimelineEvent[] = [];
  let begun: Signature | undefined;

  const finish = (finding: Finding & { readonly tookMs: number }, signature: Signature): RecordedTest => {
    const span = [events[0]?.seq ?? 0, events.at(-1)?.seq ?? 0] as const;
    const recorded = { verdict: { ...finding, ...signature, events: span }, events };
    [events, begun] = [[], undefined];
    return recorded;
  };
  const cutOff = (): RecordedTest[] =>
    begun ? [finish({ ...CUT_OFF, tookMs: events.at(-1)?.at ?? 0 }, begun)] : [];
  /** `rig.error` speaks for a suite that left no verdict: for the test that it died in, if it died in one. */
  const takeVerdict = (event: TimelineEvent): RecordedTest[] => {
    const own = signatureOf(event.data);
    const before = begun?.suite === own.suite ? [] : cutOff();
    const { tookMs = event.at, ...finding } = event.data as Finding & { readonly tookMs?: number };
    events.push(event);
    return [...before, finish({ ...finding, tookMs }, begun ?? own)];
  };

  return {
    take: (event) => {
      if (event.source === 'run') {
        switch (event.kind) {
          case 'test.begin': {
            const before = cutOff();
            [events, begun] = [[event], signatureOf(event.data)];
            return before;
          }
          case 'test.end':
          case 'rig.error':
            return takeVerdict(event);
          case 'rig.begin':
          case 'rig.end':
            return cutOff();
          default:
        }
      }
      if (begun) events.push(event);
      return NONE;
    },
    end: cutOff,
  };
}

const NONE: readonly RecordedTest[] = [];

function signatureOf(data: unknown): Signature {
  const given = (data ?? {}) as Partial<Signature>;
  return {
    rig: String(given.rig ?? '?'),
    suite: String(given.suite ?? '?'),
    title: String(given.title ?? '?'),
    repetition: Number(given.repetition ?? 1),
    seed: String(given.seed ?? '?'),
  };
}

/** Every test of a timeline, one after the other. */
export function* recordedTests(events: Iterable<TimelineEvent>): Generator<RecordedTest, void, undefined> {
  const reader = createTestReader();
  for (const event of events) yield* reader.take(event);
  yield* reader.end();
}

/** The verdicts of a run. A test that began and never ended is an `error`: the run was killed in it. */
export function verdictsOf(events: Iterable<TimelineEvent>): Verdict[] {
  return [...recordedTests(events)].map(({ verdict }) => verdict);
}
