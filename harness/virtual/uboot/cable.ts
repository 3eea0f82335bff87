import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { raceAbort, type Ctx } from '../../core/ctx.ts';
import type { Ms } from '../../core/units.ts';
import { virtualError } from '../errors.ts';
import { supervise } from '../qemu/supervisor.ts';

/** A serial cable: two terminals, each of which gives what is written to the other. */
export interface Cable {
  /** The end for whoever reads the console. It stays, whatever happens at the other. */
  readonly ours: string;
  readonly theirs: string;
  /** Takes it away, with the folder that it is in. */
  close(): Promise<void>;
}

const LAY_LIMIT: Ms = 10_000;

/**
 * Lays a cable in a folder, which is removed with it. It is a process of its own under a supervisor, as QEMU is: what
 * kills us takes it away too.
 * @throws HarnessError `virtual.no-cable` with socat's own words
 */
export async function layCable(ctx: Ctx, socat: string, folder: string): Promise<Cable> {
  const [ours, theirs] = [join(folder, 'console'), join(folder, 'serial')];
  const supervisor = supervise([socat, `PTY,link=${ours},rawer`, `PTY,link=${theirs},rawer`], folder);
  const close = async (): Promise<void> => {
    supervisor.end();
    await supervisor.gone;
  };
  const ended = supervisor.ended.then(({ code, said }): never => {
    throw noCable(code, said);
  });
  ended.catch(() => undefined);
  const laid = ctx.expect(
    'the terminals of the console are there',
    async () => (existsSync(ours) && existsSync(theirs) ? true : undefined),
    LAY_LIMIT,
    20,
  );
  laid.catch(() => undefined);
  try {
    await raceAbort(Promise.race([laid, ended]), ctx.signal);
  } catch (error) {
    await close();
    throw error;
  }
  return { ours, theirs, close };
}

const noCable = (code: number, said: string): Error =>
  virtualError(
    'no-cable',
    `socat ended with code ${code}: ${said}`,
    'it makes the virtual console out of two pseudo-terminals: is /dev/pts mounted?',
  );
