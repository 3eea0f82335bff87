import { withSignal, type Ctx } from '../core/ctx.ts';
import { isHarnessError, messageOf } from '../core/errors.ts';
import { openRig } from '../lab/open-rig.ts';
import type { Rig } from '../rig/rig.ts';
import type { Finding } from '../verdict/verdict.ts';
import { findingOf } from './finding-of.ts';
import type { RigTestOptions, Scene } from './host.ts';
import { parameterValues } from './parameters.ts';
import type { Session } from './session.ts';
import { judges, procedures } from './toolbox.ts';

export interface TestRun {
  readonly suite: string;
  readonly title: string;
  readonly repetition: number;
  readonly options: RigTestOptions<string>;
  readonly body: (scene: Scene<string>) => Promise<Finding>;
}

/**
 * Runs one test on a rig of its own and records what came of it. Whatever goes wrong becomes a finding: the device's
 * fault is `fail`, everybody else's is `error`.
 */
export async function runTest(session: Session, test: TestRun): Promise<Finding> {
  const { suite, title, repetition } = test;
  const { rigFile, plan } = session;
  // Each repetition has a seed of its own, so that any of them can be run again alone.
  const seed = String(Number(plan.seed) + repetition - 1);
  const { ctx, clock } = session.newCtx(seed, `${suite}/${title}`);
  const begin = ctx.timeline.add('run', 'test.begin', {
    rig: rigFile.id,
    suite,
    title,
    repetition,
    seed,
    set: plan.set,
  });
  session.tell({ type: 'test.begin', suite, title, repetition });
  const finding = await clock.drive(title, () => findOut(session, ctx, test)).catch(findingOf);
  session.endIfStopped();
  const signed = { ...finding, rig: rigFile.id, suite, title, repetition, seed };
  ctx.timeline.add('run', 'test.end', { ...signed, tookMs: Math.round(clock.now()) }, begin.seq);
  session.tell({
    type: 'test.end',
    suite,
    title,
    repetition,
    outcome: finding.outcome,
    message: finding.message,
    rung: finding.rung,
  });
  return finding;
}

async function findOut(session: Session, ctx: Ctx, test: TestRun): Promise<Finding> {
  const { options, suite } = test;
  const parameters = parameterValues(options.parameters ?? {}, session.plan.set);
  const limit = typeof options.limit === 'function' ? options.limit(parameters) : options.limit;
  const rig = await openRig(ctx, session.rigFile, { reason: `${suite} of a run`, wait: session.plan.wait });
  const found = await tryOut(ctx, rig).catch((error: unknown) => ({ error }));
  const closing = await closeQuietly(ctx, rig);
  if ('error' in found) throw found.error;
  // A verdict means nothing when what it was to be about did not happen.
  if (found.outcome !== 'skip' && isHarnessError(closing) && closing.code === 'fault.never-fired')
    throw closing;
  return found;

  async function tryOut(ctx: Ctx, rig: Rig): Promise<Finding> {
    const missing = options.requires.filter((capability) => !rig.has.has(capability));
    if (missing.length > 0) return skipped(missing);
    const endLog = await recordLog(ctx, rig);
    const run = (c: Ctx): Promise<Finding> =>
      c.within(limit, `"${test.title}" on ${rig.id}`, (fenced) =>
        test.body({ ctx: fenced, rig, parameters, procedures, judges }),
      );
    try {
      return await (rig.lost ? withSignal(ctx, rig.lost, run) : run(ctx));
    } finally {
      await endLog();
    }
  }
}

/**
 * From the first moment to the last: what a test did not ask for may still explain it. A log that does not come over the
 * network is no reason to try nothing: it is on the timeline, and `rigs check` finds it.
 * @returns ends it
 */
async function recordLog(ctx: Ctx, { router, remoteLog }: Rig): Promise<() => Promise<void>> {
  await router.keepLog(ctx);
  const missing = (error: unknown): undefined => {
    ctx.timeline.add('run', 'syslog.missing', messageOf(error));
  };
  const remote = await remoteLog?.follow(ctx, () => undefined).catch(missing);
  return async () => remote?.stop().catch(missing);
}

function skipped(missing: readonly string[]): Finding {
  return { outcome: 'skip', message: `the rig lacks ${missing.join(', ')}`, missing };
}

/** @returns what went wrong with it, which is on the timeline too */
async function closeQuietly(ctx: Ctx, rig: Rig): Promise<unknown> {
  try {
    return await rig.close();
  } catch (error) {
    ctx.timeline.add('run', 'close.failed', messageOf(error));
    return error;
  }
}
