import { readFileSync, statSync } from 'node:fs';

/**
 * A process that was stopped (Ctrl-Z, SIGSTOP) in the middle of a transaction would lock everybody out for as long as
 * it stands still. It is ended: SQLite rolls back what it had begun.
 * Source: proc(5), /proc/locks; SQLite's wal.html, 2.2.2: writers lock a byte of the -shm file.
 */
export function endStoppedWriters(database: string): void {
  const files = [database, `${database}-shm`].flatMap(inodeOf);
  const locks = readFileSync('/proc/locks', 'utf8').matchAll(/WRITE +(\d+) +[0-9a-f]+:[0-9a-f]+:(\d+) /g);
  for (const [, pid, inode] of locks) {
    if (files.includes(inode as string) && isStopped(Number(pid))) end(Number(pid));
  }
}

function inodeOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? [String(stat.ino)] : [];
}

function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  } catch {
    return false;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone by itself, or another user's: the next try tells.
  }
}
