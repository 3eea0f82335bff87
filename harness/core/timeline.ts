import type { Cancel, Clock } from './clock.ts';
import { isHarnessError, messageOf } from './errors.ts';
import { redactingReplacer, type Redact } from './redact.ts';
import type { Ms } from './units.ts';

/** Who speaks. `logs/<source>.log` in the run directory has one file for each. */
export type Source =
  | 'run'
  | 'step'
  | 'router.log'
  | 'syslog'
  | 'console'
  | 'at'
  | 'control'
  | 'ssh'
  | 'probe'
  | 'check'
  | 'power'
  | 'tftp'
  | 'fault'
  | 'modem';

export interface TimelineEvent {
  readonly seq: number;
  /** Monotonic time of the clock that the event was recorded on; starts again at 0 with each test. */
  readonly at: Ms;
  readonly source: Source;
  readonly kind: string;
  readonly data?: unknown;
  /** `seq` of the span that the event lies in. */
  readonly span?: number;
  /** `seq` of the event that brought this one about. */
  readonly cause?: number;
}

export interface TimelineOptions {
  readonly clock: Clock;
  /** Secrets are cut out here, at the entrance: nothing behind the timeline ever sees them. */
  readonly redact: Redact;
  /** Gets each line, newline included, before the call that recorded it returns. */
  readonly write: (line: string) => void;
  /** The first `seq`; a run of several tests goes on counting. */
  readonly firstSeq?: number;
}

/**
 * The one append-only event stream of a run. What is about to happen is written before it happens, so that a run that
 * was killed shows what it was doing. Reports and diagnosis only ever read it.
 */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #replacer: (key: string, value: unknown) => unknown;
  readonly #watchers = new Set<(event: TimelineEvent) => void>();
  #next: number;
  #span: number | undefined;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#replacer = redactingReplacer(options.redact);
    this.#next = options.firstSeq ?? 1;
  }

  /** The `seq` that the next event will get. */
  get nextSeq(): number {
    return this.#next;
  }

  add(source: Source, kind: string, data?: unknown, cause?: number): TimelineEvent {
    const event: TimelineEvent = {
      seq: this.#next++,
      at: Math.round(this.#options.clock.now()),
      source,
      kind,
      ...(data === undefined ? {} : { data }),
      ...(this.#span === undefined ? {} : { span: this.#span }),
      ...(cause === undefined ? {} : { cause }),
    };
    this.#options.write(JSON.stringify(event, this.#replacer) + '\n');
    for (const tell of this.#watchers) tell(event);
    return event;
  }

  /** Calls `f` with each event once it is written, secrets still in it. */
  watch(f: (event: TimelineEvent) => void): Cancel {
    this.#watchers.add(f);
    return () => this.#watchers.delete(f);
  }

  /** Records the beginning and the end of a step around `body`, with its error if it throws. */
  async span<T>(title: string, data: unknown, body: () => Promise<T>): Promise<T> {
    const parent = this.#span;
    const begin = this.add('step', 'begin', { title, ...(data === undefined ? {} : { data }) });
    this.#span = begin.seq;
    const end = (outcome: object): void => {
      this.#span = begin.seq;
      this.add('step', 'end', {
        title,
        tookMs: Math.round(this.#options.clock.now()) - begin.at,
        ...outcome,
      });
      this.#span = parent;
    };
    try {
      const result = await body();
      end({ ok: true });
      return result;
    } catch (error) {
      end({ ok: false, message: messageOf(error), ...(isHarnessError(error) ? { code: error.code } : {}) });
      throw error;
    }
  }
}
