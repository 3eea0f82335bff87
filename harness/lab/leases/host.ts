import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

import type { Ms } from '../../core/units.ts';
import { thisUser } from '../../local/user.ts';

/**
 * Time that all processes of this machine share and that no step of the wall clock touches: CLOCK_MONOTONIC, together
 * with the boot that it counts from. It stands still while the machine sleeps, and so do leases.
 */
export interface HostClock {
  readonly bootId: string;
  now(): Ms;
}

export function createHostClock(): HostClock {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return { bootId, now: () => Number(process.hrtime.bigint() / 1_000_000n) };
}

/** Who holds a lease. A pid alone may belong to somebody else by now: the start time tells. */
export interface Holder {
  /** For people: `anna@lab`. */
  readonly who: string;
  readonly pid: number;
  /** In clock ticks since boot. Source: proc(5), /proc/PID/stat, field 22. */
  readonly startedAt: string;
}

export function thisHolder(): Holder {
  return {
    who: `${thisUser().name}@${hostname()}`,
    pid: process.pid,
    startedAt: startOf(process.pid) ?? '',
  };
}

/** Does the process run still (or stand still, stopped)? */
export const isRunning = ({ pid, startedAt }: Holder): boolean => startOf(pid) === startedAt;

/** Ends a holder that has lost its lease for certain: a stopped one could wake up in the middle of an operation. */
export function kill(holder: Holder): void {
  if (!isRunning(holder)) return;
  try {
    process.kill(holder.pid, 'SIGKILL');
  } catch {
    // Gone in between, or another user's: whoever asks whether it runs learns that.
  }
}

/** Undefined where there is no such process, or only its zombie. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
