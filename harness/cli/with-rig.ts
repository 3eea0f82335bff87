import { createRng } from '../core/chance.ts';
import { createCtx, type Ctx } from '../core/ctx.ts';
import { HarnessError } from '../core/errors.ts';
import { createRealClock } from '../core/real-clock.ts';
import { createRedactor } from '../core/redact.ts';
import { Timeline } from '../core/timeline.ts';
import type { Ms } from '../core/units.ts';
import { createVirtualClock } from '../core/virtual-clock.ts';
import type { OpenOptions } from '../lab/open-lab.ts';
import { quarantineOf } from '../lab/leases/lease-rig.ts';
import { openRig } from '../lab/open-rig.ts';
import { secretsOf } from '../lab/secrets.ts';
import { findRig, nameOf } from '../lab/rig-catalogue.ts';
import { loadRigFile, type RigFile } from '../lab/rig-file.ts';
import type { Rig } from '../rig/rig.ts';
import { abortOnInterrupt } from './interrupt.ts';
import { newsOf } from './news.ts';
import { toTheEnd } from './to-the-end.ts';

/** The rig file of this name or path. */
export const rigFileOf = (name: string): RigFile => loadRigFile(findRig(name).path);

/**
 * Runs `body` with a ctx for this rig file that Ctrl-C aborts, in the rig's kind of time, and leaves no report.
 * @param what for messages: `check of my-rig`
 */
export async function withCtx<T>(
  file: RigFile,
  what: string,
  limit: Ms,
  body: (ctx: Ctx) => Promise<T>,
): Promise<T> {
  const clock = file.kind === 'sim' ? createVirtualClock() : createRealClock();
  const timeline = new Timeline({ clock, redact: createRedactor(secretsOf(file)), write: () => undefined });
  timeline.watch((event) => {
    const text = newsOf(event);
    if (text !== undefined) process.stderr.write(`${text}\n`);
  });
  const interrupt = abortOnInterrupt(() => interrupted(what, file));
  const ctx = createCtx({ clock, rng: createRng(what), timeline, signal: interrupt.signal });
  try {
    return await clock.drive(what, () =>
      toTheEnd(ctx, limit, what, body, () => process.stderr.write(ENDING)),
    );
  } finally {
    interrupt.dispose();
  }
}

/**
 * Opens the rig, runs `body` and closes it, whatever happened. What the body changed stays where it succeeds, and is
 * undone where it does not. What is done by hand is done in quarantine too: it may be what ends it.
 */
export function withRig<T>(
  file: RigFile,
  what: string,
  limit: Ms,
  body: (ctx: Ctx, rig: Rig) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  return withCtx(file, what, limit + (options.wait ?? 0), async (ctx) => {
    const found = file.kind === 'lab' ? quarantineOf(file) : undefined;
    if (found) process.stderr.write(`${file.id} is in quarantine: ${found.reason}\n`);
    const rig = await openRig(ctx, file, { reason: what, evenInQuarantine: true, ...options });
    try {
      const result = await body(ctx, rig);
      rig.undo?.keep();
      return result;
    } finally {
      await rig.close();
    }
  });
}

const ENDING =
  'ending: the rig is brought back and given back; Ctrl-C again leaves that to whoever gets it next\n';

/** What was changed is undone by then; what was done, as with a flash, is said by whoever did it. */
const interrupted = (what: string, file: RigFile): HarnessError =>
  new HarnessError(`${what} was interrupted`, {
    code: 'run.interrupted',
    blame: 'test',
    effect: 'unknown',
    ...(file.kind === 'lab'
      ? { hint: `the rig is given back; to see how it is: wwanlab rigs check ${nameOf(file)}` }
      : {}),
  });
