import { HarnessError, messageOf } from '../core/errors.ts';

/** What this machine refuses whoever asks: no bug, and nothing of the rig. Source: errno(3). */
const refusals: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'see which: df -h . /tmp'],
  EDQUOT: ['the quota of the disk is used up', 'see: quota'],
  EROFS: ['the file system is read-only', 'name another place'],
  EACCES: ['this user may not do that', 'see who may: ls -l'],
  EPERM: ['this user may not do that', 'see who may: ls -l'],
  EIO: ['the disk does not work', 'see: dmesg | tail'],
  EMFILE: ['too many files are open', 'allow more: ulimit -n 4096'],
  ENFILE: ['too many files are open on this machine', 'end other programs'],
  ENOMEM: ['there is no memory left', 'see: free -m'],
};

/** The same error as a sentence where this machine is to blame; anything else as it is. */
export function machineError(error: unknown): unknown {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const found = syscall === undefined ? undefined : refusals[code ?? ''];
  if (!found) return error;
  const [what, hint] = found;
  return new HarnessError(`${what}: ${messageOf(error)}`, {
    code: 'machine.refused',
    blame: 'rig',
    effect: 'unknown',
    hint,
    cause: error,
  });
}
