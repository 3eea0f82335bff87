import type { Ctx } from '../../core/ctx.ts';
import { isHarnessError } from '../../core/errors.ts';
import type { Router } from '../../rig/router.ts';
import type { UndoJournal } from '../../rig/undo.ts';

/** A process on the router that has the port open, or that is known to open it again and again. */
export interface PortUser {
  readonly pid: number;
  /** Its command line, words separated by blanks. */
  readonly command: string;
}

/** Programs that use the modem beside netifd's own handlers, and do no harm when they stand still for a while. */
const pausable: readonly { readonly name: string; readonly command: RegExp }[] = [
  { name: 'ModemManager', command: /(?:^|\/)ModemManager\b/ },
  // Its monitors run gcom every few seconds (getsignal1, con_monitor1, check_sms.sh).
  { name: "ROOter's monitor", command: /\/usr\/lib\/rooter\/|\/tmp\/links\// },
];

/** They dial, or ask one question and are done: they are waited for. */
const PASSING = /^(?:\S*\/)?(?:pppd|chat|gcom|comgt)\b/;

/**
 * Prints `PID COMMAND` for each process that has this tty open, and for those that poll the modem and may open it next.
 * Shell tools of any busybox; a bracket keeps a pattern from finding the process that looks for it.
 * @param ignored processes that stand still
 */
export function listUsers(tty: string, ignored: readonly number[]): string {
  return [
    holders(`/dev/${tty}`),
    "pollers=$(grep -ls -e '/usr/lib/[r]ooter/' -e '/tmp/[l]inks/' /proc/[0-9]*/cmdline)",
    'for p in $pollers; do p=${p#/proc/}; users="$users ${p%%/*}"; done',
    printUsers(ignored),
  ].join('\n');
}

/** The same for those alone that have this device open now. */
export const listHolders = (device: string): string => [holders(device), printUsers([])].join('\n');

const holders = (device: string): string =>
  [
    `users=$(ls -l /proc/[0-9]*/fd 2>/dev/null | grep -e '^/proc/' -e ' ${device}$' | while read -r a b; do`,
    '  case $a in /proc/*) p=${a#/proc/}; p=${p%%/*} ;; *) echo $p ;; esac',
    'done)',
  ].join('\n');

/** `$seen` has those that were printed before. */
const printUsers = (ignored: readonly number[]): string =>
  [
    'for p in $users; do',
    `  case " $seen ${ignored.join(' ')} " in *" $p "*) continue ;; esac`,
    '  seen="$seen $p"',
    "  [ -r /proc/$p/cmdline ] && echo \"$p $(tr '\\000' ' ' < /proc/$p/cmdline)\"",
    'done',
  ].join('\n');

export function parseUsers(text: string): readonly PortUser[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, command = ''] = /^(\d+) ?(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), command: command.trim() }];
  });
}

/** Those that stand still, and who they were. */
export interface PausedUsers {
  readonly pids: readonly number[];
  /** Stops those of them that may be stopped. @returns false: there was none */
  pause(ctx: Ctx, users: readonly PortUser[]): Promise<boolean>;
  /** Lets all go on. */
  resume(ctx: Ctx): Promise<void>;
}

/**
 * SIGSTOP, and SIGCONT in the end: unlike stopping a service it ends no connection and changes no configuration. It is
 * noted in the journal first, where there is one.
 */
export function createPausedUsers(router: Router, journal?: UndoJournal): PausedUsers {
  const paused = new Map<number, string>();
  return {
    get pids() {
      return [...paused.keys()];
    },
    async pause(ctx, users) {
      const known = users.filter((user) => nameOf(user) !== undefined && !paused.has(user.pid));
      for (const user of known) {
        const thing = thingOf(user.pid, nameOf(user) ?? '');
        journal?.note(thing, { kind: 'shell', line: goOn(user.pid) });
        paused.set(user.pid, thing);
        ctx.timeline.add('at', 'port.paused', user);
        await router.shell(ctx, `kill -STOP ${user.pid}`);
      }
      return known.length > 0;
    },
    async resume(ctx) {
      for (const [pid, thing] of paused) {
        try {
          await router.shell(ctx, goOn(pid));
        } catch (error) {
          // A router that does not answer, or a lease that is gone: who gets the rig next undoes what is noted.
          if (!isHarnessError(error)) throw error;
          return;
        }
        ctx.timeline.add('at', 'port.resumed', { pid });
        journal?.done(thing);
        paused.delete(pid);
      }
    },
  };
}

/** For people: `pppd (pid 3907)`. */
export function describeUser({ pid, command }: PortUser): string {
  const program = command.split(' ')[0] ?? '';
  const name = nameOf({ pid, command }) ?? program.slice(program.lastIndexOf('/') + 1);
  return `${name === '' ? 'a process' : name} (pid ${pid})`;
}

/** What to type to end them: `wwanlab shell RIG "kill 3907"`. */
export const endUsers = (users: readonly PortUser[]): string =>
  `wwanlab shell RIG "${users.length === 0 ? 'ps w' : `kill ${users.map(({ pid }) => pid).join(' ')}`}"`;

function nameOf({ command }: PortUser): string | undefined {
  if (PASSING.test(command)) return undefined;
  return pausable.find((known) => known.command.test(command))?.name;
}

const thingOf = (pid: number, name: string): string => `${name}, process ${pid}, which stands still`;

/** Does no harm to a process that runs, or that has got its number since. */
const goOn = (pid: number): string => `kill -CONT ${pid} 2>/dev/null || true`;
