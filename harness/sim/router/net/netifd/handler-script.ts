import { isHarnessError } from '../../../../core/errors.ts';
import type { Ms } from '../../../../core/units.ts';
import type { RouterMachine } from '../../machine.ts';
import { killedBy, signals } from '../../signals.ts';
import { optionOf, type ProtoHandler, type ProtoHost } from './types.ts';

/** A run of a protocol handler's shell script, `setup` or `teardown`. */
export interface HandlerScript {
  readonly pid: number;
  /** A line in the log, under the interface's name. */
  print(line: string): void;
  /** Takes time: a program that is started, or the script's own `sleep`. Ends with the script when that is killed. */
  sleep(ms: Ms): Promise<void>;
}

/** What a handler does, as netifd's shell calls it (netifd-proto.sh). */
export interface HandlerParts {
  readonly machine: RouterMachine;
  readonly host: ProtoHost;
  /** Brings the link up and tells the host; false: it could not. */
  readonly setup: (script: HandlerScript) => Promise<boolean>;
  /** Gives everything back. */
  readonly teardown: (script: HandlerScript) => Promise<void>;
}

/** How long a small router takes to start a shell script with its includes. */
const SCRIPT_MS: Ms = 150;

/**
 * A handler whose link lives on in the modem after its setup script has ended (qmi, mbim). The teardown script runs
 * after a failed setup as well.
 */
export function startHandler(parts: HandlerParts): ProtoHandler {
  const { machine, host } = parts;
  const setupKilled = new AbortController();
  let onTeardown: (() => void) | undefined;
  let wanted = true;

  const run = async (
    action: 'setup' | 'teardown',
    signal: AbortSignal,
    body: (script: HandlerScript) => Promise<boolean>,
  ): Promise<boolean> => {
    const pid = machine.processes.nextPid();
    const proto = optionOf(host.section, 'proto') ?? '';
    machine.processes.add({
      pid,
      command: `{${proto}.sh} /bin/sh ./${proto}.sh ${proto} ${action} ${host.name} {"proto":"${proto}"`,
      user: 'root',
      vsz: 1_224,
      kill: (number) => setupKilled.abort(killedBy(number)),
    });
    const script: HandlerScript = {
      pid,
      print: (line) => machine.log.add('daemon.notice', 'netifd', `${host.name} (${pid}): ${line}`),
      sleep: (ms) => machine.clock.sleep(ms, signal),
    };
    try {
      await script.sleep(SCRIPT_MS);
      return await body(script);
    } catch (error) {
      if (isHarnessError(error) && error.code === 'sim.killed') return false;
      throw error;
    } finally {
      machine.processes.remove(pid);
    }
  };

  const live = async (): Promise<void> => {
    const up = await run('setup', setupKilled.signal, parts.setup);
    if (up && wanted) await new Promise<void>((resolve) => (onTeardown = resolve));
    await run('teardown', new AbortController().signal, async (script) => {
      await parts.teardown(script);
      // The interface is not up any more, and netifd takes no notice of its link from a handler that failed.
      if (!up) script.print(permissionDenied(host.name));
      return true;
    });
    host.down();
  };
  void live();
  return {
    teardown: () => {
      wanted = false;
      setupKilled.abort(killedBy(signals.TERM));
      onTeardown?.();
    },
  };
}

function permissionDenied(name: string): string {
  const argument = `{ "action": 0, "link-up": false, "keep": false, "interface": "${name}" }`;
  return `Command failed: ubus call network.interface notify_proto ${argument} (Permission denied)`;
}
