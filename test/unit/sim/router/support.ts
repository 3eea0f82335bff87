import { createRng } from '../../../../harness/core/chance.ts';
import { createRedactor } from '../../../../harness/core/redact.ts';
import { Timeline } from '../../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../../harness/core/virtual-clock.ts';
import type { Clock } from '../../../../harness/core/clock.ts';
import { boardById } from '../../../../harness/sim/router/boards/index.ts';
import { flavourById } from '../../../../harness/sim/router/flavours/index.ts';
import type { RouterMachine } from '../../../../harness/sim/router/machine.ts';
import { installPrograms } from '../../../../harness/sim/router/programs.ts';
import { runScript } from '../../../../harness/sim/router/shell/execute.ts';
import { createShellState } from '../../../../harness/sim/router/shell/state.ts';
import { createCollector, inputOf } from '../../../../harness/sim/router/shell/streams.ts';
import { createSystem, type SystemOptions } from '../../../../harness/sim/router/system.ts';

export interface Bench {
  readonly clock: Clock;
  readonly machine: RouterMachine;
  readonly timelineLines: string[];
  /** Runs a script as `ash -c` would, letting virtual time pass. */
  sh(script: string, stdin?: string): Promise<Output>;
  /** Standard output alone; fails the test's expectation by the text where the status is not 0. */
  out(script: string, stdin?: string): Promise<string>;
}

export interface Output {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** An operating system without its network. */
export function createBench(flavour = 'openwrt-25.12', changes: Partial<SystemOptions> = {}): Bench {
  const clock = createVirtualClock(new Date('2026-11-22T08:51:47Z'));
  const timelineLines: string[] = [];
  const machine = createSystem({
    clock,
    rng: createRng(1),
    timeline: new Timeline({ clock, redact: createRedactor(), write: (line) => timelineLines.push(line) }),
    flavour: flavourById(flavour),
    board: boardById('gl-mifi-2.2'),
    faults: [],
    network: { apn: 'internet' },
    bootedAt: -201_000,
    reboot: () => undefined,
    powerOff: () => undefined,
    ...changes,
  });
  installPrograms(machine);
  const sh = (script: string, stdin = ''): Promise<Output> =>
    clock.drive(script, async () => {
      const out = createCollector();
      const err = createCollector();
      const status = await runScript(createShellState(machine), script, {
        stdin: inputOf(stdin),
        outs: [undefined, out.write, err.write],
        signal: new AbortController().signal,
      });
      return { status, out: out.text(), err: err.text() };
    });
  return {
    clock,
    machine,
    timelineLines,
    sh,
    out: async (script, stdin) => {
      const result = await sh(script, stdin);
      return result.status === 0 ? result.out : `status ${result.status}: ${result.out}${result.err}`;
    },
  };
}
