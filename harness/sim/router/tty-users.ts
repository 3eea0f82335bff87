import type { RouterMachine } from './machine.ts';

/** By device, in the order in which they came. */
const users = new WeakMap<RouterMachine, Map<string, Set<number>>>();

/** Notes in /proc that a process has this tty open. @returns lets it go */
export function holdTty(machine: RouterMachine, device: string, pid: number): () => void {
  const all = users.get(machine) ?? new Map<string, Set<number>>();
  users.set(machine, all);
  const mine = all.get(device) ?? new Set<number>();
  all.set(device, mine);
  mine.add(pid);
  const descriptor = `/proc/${pid}/fd/${FIRST_DESCRIPTOR}`;
  if (machine.processes.get(pid)) machine.files.link(descriptor, device);
  return () => {
    mine.delete(pid);
    machine.files.remove(descriptor);
  };
}

/** Behind standard input, output and error. */
const FIRST_DESCRIPTOR = 3;

/** The process that gets what comes out of this tty; undefined: nobody reads. */
export function readerOf(machine: RouterMachine, device: string): number | undefined {
  const { processes } = machine;
  const all = [...(users.get(machine)?.get(device) ?? [])];
  return all.find((pid) => processes.get(pid) && !processes.isStopped(pid));
}
