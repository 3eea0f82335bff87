import type { Cancel } from '../../../core/clock.ts';
import type { Ms } from '../../../core/units.ts';
import { faultOf, type FaultOf } from '../../faults.ts';
import type { RouterMachine } from '../machine.ts';
import { holdTty } from '../tty-users.ts';

/** As `ps w` shows them, and how often they come: those that do not, keep the port open. */
const programs: Readonly<
  Record<FaultOf<'port.held'>['by'], { readonly command: string; readonly everyMs?: Ms }>
> = {
  modemmanager: { command: '/usr/sbin/ModemManager' },
  rooter: { command: '{getsignal1} /bin/sh /tmp/links/getsignal1 1 mc7455', everyMs: 2_000 },
  terminal: { command: 'picocom -b 115200 /dev/ttyUSB2' },
};

/** Without another serial device the AT port of every modem here has this name. */
const DEVICE = '/dev/ttyUSB2';
/** One round of questions. */
const HOLDS_MS: Ms = 1_200;

/** Fault `port.held`: a process of the router's own at the modem's AT port. It heeds SIGSTOP and SIGCONT. */
export function startForeignUser(machine: RouterMachine): Cancel | undefined {
  const fault = faultOf(machine.faults, 'port.held');
  if (!fault) return undefined;
  const { clock, processes } = machine;
  const { command, everyMs } = programs[fault.by];
  const pid = processes.nextPid();
  let pending: Cancel = () => undefined;
  const kill = (): void => {
    pending();
    processes.remove(pid);
  };
  processes.add({ pid, command, user: 'root', vsz: 1_232, kill });
  machine.timeline.add('fault', 'port.held', { by: fault.by, pid });
  const poll = (every: Ms): void => {
    if (!processes.isStopped(pid)) {
      const letGo = holdTty(machine, DEVICE, pid);
      clock.after(HOLDS_MS, letGo);
    }
    pending = clock.after(every, () => poll(every));
  };
  if (everyMs === undefined) holdTty(machine, DEVICE, pid);
  else poll(everyMs);
  return () => pending();
}
