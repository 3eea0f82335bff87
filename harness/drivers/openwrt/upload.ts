import { webcrypto } from 'node:crypto';
import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import { minutes } from '../../core/units.ts';
import type { ExecOptions, ExecResult } from '../../rig/router.ts';
import { DIGEST, digestOf, parseDigest } from './digest.ts';
import { commandFailed, unexpectedOutput } from './errors.ts';
import { quoteWord } from './quote.ts';

export type Shell = (ctx: Ctx, script: string, options?: ExecOptions) => Promise<ExecResult>;

/**
 * Writes a file and compares its digest at both ends; the router takes it while the file comes in, and asks then whether all
 * of it got into the file. What could not be written whole is removed again: who finds it takes it for whole.
 * @throws `openwrt.upload-damaged` (blame `rig`) when they differ, `openwrt.command-failed` when it could not be written
 */
export async function uploadFile(ctx: Ctx, shell: Shell, bytes: Uint8Array, path: string): Promise<void> {
  const target = quoteWord(path);
  const whole = `[ "$(wc -c 2>/dev/null <${target})" = ${bytes.length} ]`;
  // busybox's tee has no reason for what it could not write ("I/O error"); its cat has, for one octet more.
  const undo = `{ echo | cat >>${target}; rm -f ${target} 2>/dev/null; exit 1; }`;
  const script = `tee ${target} | ${DIGEST} && ${whole} || ${undo}`;
  const sent = shell(ctx, script, { stdin: bytes, limit: minutes(5) });
  const [result, sha] = await Promise.all([sent, sha256(ctx, bytes)]);
  if (result.exitCode !== 0) throw commandFailed(result);
  const found = parseDigest(result.stdout);
  if (!found) throw unexpectedOutput(result.command, result.stdout, 'a SHA-256 or an MD5');
  const expected = found.algorithm === 'sha256' ? sha : digestOf(found.algorithm, [bytes]);
  if (found.hex !== expected) throw damaged(path, found.hex, expected);
}

function damaged(path: string, found: string, expected: string): HarnessError {
  return new HarnessError(`${path} differs on the router after it was written there`, {
    code: 'openwrt.upload-damaged',
    blame: 'rig',
    effect: 'done',
    hint: 'is there room: wwanlab shell RIG "df -h /tmp"',
    data: { path, found, expected },
  });
}

/** On a thread of Node's own, while the bytes go out. */
async function sha256(ctx: Ctx, bytes: Uint8Array): Promise<string> {
  const digest = await ctx.clock.outside(webcrypto.subtle.digest('SHA-256', bytes));
  return Buffer.from(digest).toString('hex');
}
