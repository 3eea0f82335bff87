import { createRng } from '../core/chance.ts';
import type { Clock } from '../core/clock.ts';
import { createCtx, type Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { createRedactor, type Redact } from '../core/redact.ts';
import { Timeline } from '../core/timeline.ts';
import { createRealClock } from '../core/real-clock.ts';
import { formatMs } from '../core/units.ts';
import { createVirtualClock } from '../core/virtual-clock.ts';
import { loadRigFile, type RigFile } from '../lab/rig-file.ts';
import { secretsOf } from '../lab/secrets.ts';
import { openTimelineFile, type TimelineFile } from '../report/timeline-file.ts';
import type { ChildPlan, Progress } from './plan.ts';

/**
 * What lives as long as one Jest child: the rig file, the timeline and the wire to the parent. Jest loads environments
 * natively, so this module's state survives from suite to suite.
 */
export interface Session {
  readonly plan: ChildPlan;
  /** Read when it is first asked for: listing suites needs no rig. */
  readonly rigFile: RigFile;
  /** A fresh clock, stream of chance and timeline for one test; the timeline's `seq` goes on from the last one. */
  newCtx(seed: string, label: string): { readonly ctx: Ctx; readonly clock: Clock };
  tell(progress: Progress): void;
  /** Ends the process where it was asked to end while a test was going on; the rig has been closed by then. */
  endIfStopped(): void;
}

let session: Session | undefined;

export function sessionFor(plan: ChildPlan): Session {
  session ??= createSession(plan);
  return session;
}

function createSession(plan: ChildPlan): Session {
  endWithParent();
  const open = once(() => openRun(plan));
  let last: Timeline | undefined;
  const stop = new AbortController();
  const closeBeforeEnd = once(() => endGently(stop));
  return {
    plan,
    get rigFile() {
      return open().rigFile;
    },
    newCtx: (seed, label) => {
      const { rigFile, file, redact } = open();
      if (rigFile.kind === 'lab') closeBeforeEnd();
      const clock = rigFile.kind === 'sim' ? createVirtualClock() : createRealClock();
      const rng = createRng(`${seed}/${rigFile.id}/${label}`);
      const firstSeq = last?.nextSeq ?? file.nextSeq;
      let written = 0;
      const write = (line: string): void => {
        file.write(line);
        if (++written % LINES_PER_STEP === 0)
          tell({ type: 'step', text: `${formatMs(clock.now())} on the rig` });
      };
      last = new Timeline({ clock, redact, write, firstSeq });
      last.watch(({ kind, data }) => {
        if (kind === 'lease.waiting') tell({ type: 'step', text: (data as { text: string }).text });
      });
      return { ctx: createCtx({ clock, rng, timeline: last, signal: stop.signal }), clock };
    },
    tell,
    endIfStopped: () => {
      if (stop.signal.aborted) process.exit(2);
    },
  };
}

/** A sign of life on the terminal, a few times a second at most. */
const LINES_PER_STEP = 2_000;

function tell(progress: Progress): void {
  process.send?.(progress);
}

function openRun(plan: ChildPlan): { rigFile: RigFile; file: TimelineFile; redact: Redact } {
  const rigFile = loadRigFile(plan.rig);
  return { rigFile, file: openTimelineFile(plan.runDirectory), redact: createRedactor(secretsOf(rigFile)) };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** A parent that was killed can't clean up after us: its end closes the channel, and that ends us. */
function endWithParent(): void {
  process.once('disconnect', () => process.exit(2));
  process.channel?.unref();
}

/**
 * What was changed on a real rig is undone before this process ends, unless somebody insists (SIGKILL): whoever comes next
 * need not. Ctrl-C at a terminal reaches us as well as our parent, which passes it on as SIGTERM.
 */
function endGently(stop: AbortController): void {
  process.on('SIGINT', () => undefined);
  process.once('SIGTERM', () => stop.abort(interrupted()));
}

const interrupted = (): HarnessError =>
  new HarnessError('the run was interrupted', { code: 'run.interrupted', blame: 'test', effect: 'unknown' });
