import type { FileSystem, ProcessTable, RunningProcess } from './machine.ts';

// Linux's default /proc/sys/kernel/pid_max; ids start again above the daemons' range.
const PID_MAX = 32_768;
const PID_AFTER_WRAP = 300;

/**
 * @param firstPid the id that the next process gets: boot scripts have used up those before it.
 * @param files where each stands in /proc while it runs
 */
export function createProcessTable(firstPid: number, files: FileSystem): ProcessTable {
  const stopped = new Set<number>();
  const running = new Map<number, RunningProcess>();
  let next = firstPid;
  return {
    nextPid: () => {
      do {
        next = next + 1 >= PID_MAX ? PID_AFTER_WRAP : next + 1;
      } while (running.has(next));
      return next;
    },
    add: (process) => {
      running.set(process.pid, process);
      showInProc(files, process);
    },
    remove: (pid) => {
      running.delete(pid);
      stopped.delete(pid);
      files.removeTree(`/proc/${pid}`);
    },
    get: (pid) => running.get(pid),
    stop: (pid, on) => void (on ? stopped.add(pid) : stopped.delete(pid)),
    isStopped: (pid) => stopped.has(pid),
    list: () => [...running.values()].sort((a, b) => a.pid - b.pid),
  };
}

/** `{getsignal1} /bin/sh /tmp/links/getsignal1 1`: ps puts the name in braces where it is not that of the program. */
function showInProc(files: FileSystem, { pid, command }: RunningProcess): void {
  const [, braced, line = ''] = /^(?:\{(\S+)\} )?(.*)$/s.exec(command) ?? [];
  const program = line.split(' ', 1)[0] ?? '';
  const name = braced ?? program.slice(program.lastIndexOf('/') + 1);
  files.makeDirectory(`/proc/${pid}/fd`);
  files.write(`/proc/${pid}/comm`, `${name.slice(0, 15)}\n`);
  files.write(`/proc/${pid}/cmdline`, `${line.split(' ').join('\0')}\0`);
}
