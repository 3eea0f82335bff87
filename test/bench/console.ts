import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { Ctx } from '../../harness/core/ctx.ts';
import { openConsole } from '../../harness/drivers/console/console.ts';
import { runOnConsole } from '../../harness/procedures/console.ts';
import { openSerial } from '../../harness/transport/serial.ts';
import { temporaryFolder } from '../support/cli.ts';
import { has } from '../support/has.ts';
import { start } from '../support/programs.ts';
import { realCtx } from '../support/real-ctx.ts';
import { atMost, median, plain, times, type Figure } from './figure.ts';
import { startLabgrid } from './labgrid.ts';

const needs = ['socat', 'dash'];
const ROUNDS = 4;
const LINES_PER_ROUND = 25;

/**
 * A command on a shell at the other end of a pseudo-terminal, with its output and exit code, by us and by labgrid's
 * ShellDriver in turns. busybox's shell takes 20 ms to print its prompt: dash shows what the two sides cost.
 */
export async function benchConsole(): Promise<Figure[]> {
  if (!needs.every(has)) {
    process.stderr.write(`the console is not measured: that needs ${needs.join(', ')}\n`);
    return [];
  }
  const ctx = realCtx();
  const folder = temporaryFolder();
  const labgrid = startLabgrid('the console');
  // One terminal each: a serial port has one owner.
  const [one, two] = await Promise.all([cable(ctx, folder.path, 'ours'), cable(ctx, folder.path, 'theirs')]);
  const console = await openConsole(ctx, { name: one.path, open: (c) => openSerial(c, { path: one.path }) });
  try {
    const ours: number[] = [];
    const theirs: number[] = [];
    await labgrid?.openConsole(two.path);
    await runOnConsole(ctx, console, 'true'); // to warm up
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(...(await times(LINES_PER_ROUND, () => runOnConsole(ctx, console, 'true'))));
      if (labgrid) theirs.push(...(await labgrid.runOnConsole('true', LINES_PER_ROUND)));
    }
    const comparison = (): Figure[] => [
      plain('console: a command, labgrid, p50', median(theirs), 'ms'),
      atMost('console: a command, p50, ratio to labgrid', median(ours) / median(theirs), '', 0.333),
    ];
    return [plain('console: a command, p50', median(ours), 'ms'), ...(labgrid ? comparison() : [])];
  } finally {
    await console.close();
    await labgrid?.stop();
    await Promise.all([one.stop(), two.stop()]);
    folder.remove();
  }
}

async function cable(
  ctx: Ctx,
  folder: string,
  name: string,
): Promise<{ readonly path: string; stop(): Promise<void> }> {
  const path = join(folder, name);
  const programs = temporaryFolder();
  // labgrid's ShellDriver begins with `dmesg -n 1`, which would silence the console of this machine.
  symlinkSync('/bin/sh', join(programs.path, 'sh'));
  const shell = `env PATH=${programs.path} /bin/dash -i`;
  const socat = start('socat', [`PTY,link=${path},rawer`, `EXEC:${shell},pty,stderr,setsid,ctty,echo=1`]);
  const stop = async (): Promise<void> => {
    await socat.stop();
    programs.remove();
  };
  await ctx.expect('the terminal is there', () => Promise.resolve(existsSync(path) || undefined), 10_000, 20);
  return { path, stop };
}
