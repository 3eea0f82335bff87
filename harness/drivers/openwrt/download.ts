import { createHash } from 'node:crypto';
import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import { minutes } from '../../core/units.ts';
import { DIGEST, digestOf, parseDigest } from './digest.ts';
import { commandFailed, unexpectedOutput } from './errors.ts';
import { quoteWord } from './quote.ts';
import type { Shell } from './upload.ts';

/**
 * Reads a file by `cat` and compares its digest at both ends; the router takes it while it sends.
 * @throws `openwrt.command-failed` where it can't be read, `openwrt.download-damaged` when it came otherwise
 */
export async function downloadFile(ctx: Ctx, shell: Shell, path: string): Promise<Buffer> {
  const source = quoteWord(path);
  const script = `${DIGEST} ${source} >&2 2>/dev/null & cat ${source} && wait $!`;
  const pieces: Uint8Array[] = [];
  const hash = createHash('sha256');
  const onOutput = (bytes: Uint8Array): void => {
    pieces.push(bytes);
    hash.update(bytes);
  };
  const result = await shell(ctx, script, { limit: minutes(5), onOutput });
  if (result.exitCode !== 0) throw commandFailed(result);
  const expected = parseDigest(result.stderr);
  if (!expected) throw unexpectedOutput(result.command, result.stderr, 'a SHA-256 or an MD5');
  const found = expected.algorithm === 'sha256' ? hash.digest('hex') : digestOf(expected.algorithm, pieces);
  if (found !== expected.hex) throw damaged(path, found, expected.hex);
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
