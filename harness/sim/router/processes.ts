import type { ProcessTable, RunningProcess } from './machine.ts';

// Linux's default /proc/sys/kernel/pid_max; ids start again above the daemons' range.
const PID_MAX = 32_768;
const PID_AFTER_WRAP = 300;

/** @param firstPid the id that the next process gets: boot scripts have used up those before it. */
export function createProcessTable(firstPid: number): ProcessTable {
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
    },
    remove: (pid) => {
      running.delete(pid);
    },
    get: (pid) => running.get(pid),
    list: () => [...running.values()].sort((a, b) => a.pid - b.pid),
  };
}
