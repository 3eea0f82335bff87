import { createHash } from 'node:crypto';
import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import { minutes } from '../../core/units.ts';
import { commandFailed, unexpectedOutput } from './errors.ts';
import { quoteWord } from './quote.ts';
import type { Shell } from './upload.ts';

/**
 * Reads a file by `cat` and compares SHA-256 at both ends; the router takes it while it sends.
 * @throws `openwrt.command-failed` where it can't be read, `openwrt.download-damaged` when it came otherwise
 */
export async function downloadFile(ctx: Ctx, shell: Shell, path: string): Promise<Buffer> {
  const source = quoteWord(path);
  const script = `sha256sum ${source} >&2 2>/dev/null & cat ${source} && wait $!`;
  const pieces: Uint8Array[] = [];
  const hash = createHash('sha256');
  const onOutput = (bytes: Uint8Array): void => {
    pieces.push(bytes);
    hash.update(bytes);
  };
  const result = await shell(ctx, script, { limit: minutes(5), onOutput });
  if (result.exitCode !== 0) throw commandFailed(result);
  const expected = /^[0-9a-f]{64}/m.exec(result.stderr)?.[0];
  if (expected === undefined) throw unexpectedOutput(result.command, result.stderr, 'a SHA-256');
  const found = hash.digest('hex');
  if (found !== expected) throw damaged(path, found, expected);
  return Buffer.concat(pieces);
}

const damaged = (path: string, found: string, expected: string): HarnessError =>
  new HarnessError(`${path} came over otherwise than it is on the router`, {
    code: 'openwrt.download-damaged',
    blame: 'rig',
    effect: 'none',
    hint: 'does something write to it? Try again',
    data: { path, found, expected },
  });
