import { createHash } from 'node:crypto';
import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import { minutes } from '../../core/units.ts';
import type { ExecOptions, ExecResult } from '../../rig/router.ts';
import { commandFailed, unexpectedOutput } from './errors.ts';
import { quoteWord } from './quote.ts';

export type Shell = (ctx: Ctx, script: string, options?: ExecOptions) => Promise<ExecResult>;

/**
 * Writes a file by `cat >` and compares SHA-256 at both ends. What could not be written whole is removed again: who finds
 * it takes it for whole.
 * @throws `openwrt.upload-damaged` (blame `rig`) when they differ, `openwrt.command-failed` when it could not be written
 */
export async function uploadFile(ctx: Ctx, shell: Shell, bytes: Uint8Array, path: string): Promise<void> {
  const target = quoteWord(path);
  const result = await shell(
    ctx,
    `cat > ${target} && sha256sum ${target} || { rm -f ${target} 2>/dev/null; exit 1; }`,
    {
      stdin: bytes,
      limit: minutes(5),
    },
  );
  if (result.exitCode !== 0) throw commandFailed(result);
  const found = /^[0-9a-f]{64}/.exec(result.stdout)?.[0];
  if (found === undefined) throw unexpectedOutput(result.command, result.stdout, 'a SHA-256');
  const expected = createHash('sha256').update(bytes).digest('hex');
  if (found !== expected) throw damaged(path, found, expected);
}

function damaged(path: string, found: string, expected: string): HarnessError {
  return new HarnessError(`${path} differs on the router after it was written there`, {
    code: 'openwrt.upload-damaged',
    blame: 'rig',
    effect: 'done',
    hint: 'is there room on the router (`df -h /tmp`)?',
    data: { path, found, expected },
  });
}
