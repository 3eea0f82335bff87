import { createHash } from 'node:crypto';
import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import { minutes } from '../../core/units.ts';
import { commandFailed, unexpectedOutput } from './errors.ts';
import { quoteWord } from './quote.ts';
import type { Shell } from './upload.ts';

/**
 * Reads a file by `cat` and compares SHA-256 at both ends.
 * @throws `openwrt.command-failed` where it can't be read, `openwrt.download-damaged` when it came otherwise
 */
export async function downloadFile(ctx: Ctx, shell: Shell, path: string): Promise<Buffer> {
  const source = quoteWord(path);
  const sum = await shell(ctx, `sha256sum ${source}`);
  if (sum.exitCode !== 0) throw commandFailed(sum);
  const expected = /^[0-9a-f]{64}/.exec(sum.stdout)?.[0];
  if (expected === undefined) throw unexpectedOutput(sum.command, sum.stdout, 'a SHA-256');
  const result = await shell(ctx, `cat ${source}`, { limit: minutes(5), binary: true });
  if (result.exitCode !== 0) throw commandFailed(result);
  const bytes = Buffer.from(result.stdout, 'latin1');
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== expected) throw damaged(path, found, expected);
  return bytes;
}

const damaged = (path: string, found: string, expected: string): HarnessError =>
  new HarnessError(`${path} came over otherwise than it is on the router`, {
    code: 'openwrt.download-damaged',
    blame: 'rig',
    effect: 'none',
    hint: 'does something write to it? Try again',
    data: { path, found, expected },
  });
