import type { Duplex } from 'node:stream';

import type { Timeline } from '../../core/timeline.ts';
import { faultOf, type Fault } from '../faults.ts';

/** Commands of the whole run, and whether the router has stopped answering. */
export interface CommandCount {
  /** Counts a command that begins on this connection; true when it is the one in which the connection dies. */
  begin(socket: Duplex): boolean;
  readonly hung: boolean;
}

/** Counts for the faults `ssh.die` and `ssh.hang`; a router that hangs falls silent on every one of its sockets. */
export function countCommands(
  { faults, timeline }: { readonly faults: readonly Fault[]; readonly timeline: Timeline },
  sockets: ReadonlySet<Duplex>,
): CommandCount {
  const dies = faultOf(faults, 'ssh.die');
  const hangs = faultOf(faults, 'ssh.hang');
  let commands = 0;
  let hung = false;
  return {
    begin: () => {
      commands++;
      if (hangs && !hung && commands >= hangs.duringCommand) {
        hung = true;
        timeline.add('fault', 'ssh.hang', { command: commands });
        for (const socket of sockets) silence(socket);
      }
      if (commands !== dies?.duringCommand) return false;
      timeline.add('fault', 'ssh.die', { command: commands });
      return true;
    },
    get hung() {
      return hung;
    },
  };
}

/** Nothing is read and nothing sent any more, but the connection stays open. */
function silence(socket: Duplex): void {
  socket.removeAllListeners('data');
  socket.pause();
  socket.cork();
}
