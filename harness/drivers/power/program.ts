import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { PowerState, PowerSwitch } from '../../rig/power.ts';
import { runProgram } from '../../transport/program.ts';
import { createPowerSwitch, REQUEST_LIMIT, stateInWords, strangeAnswer } from './switch.ts';

/** Programs that switch, each word by word. */
export interface SwitchPrograms {
  readonly on: readonly string[];
  readonly off: readonly string[];
  /** Asks; left out: nobody can be asked. */
  readonly state?: readonly string[] | undefined;
  /** What the answer says; undefined: nothing that is known. By default `on`, `off`, `1`, `0`. */
  readonly read?: (answer: string) => PowerState | undefined;
}

/** A switch behind programs of this machine. */
export function programSwitch(name: string, leastOffMs: Ms, programs: SwitchPrograms): PowerSwitch {
  const run = async (ctx: Ctx, argv: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await runProgram(ctx, argv, REQUEST_LIMIT);
    if (exitCode === 0) return stdout;
    throw failed(name, argv[0] ?? '', exitCode, stderr || stdout);
  };
  const { on, off, state, read = stateInWords } = programs;
  return createPowerSwitch(name, leastOffMs, {
    turn: async (ctx, wanted) => {
      await run(ctx, wanted ? on : off);
    },
    ask: async (ctx) => {
      if (!state) return 'unknown';
      const answer = await run(ctx, state);
      const found = read(answer);
      if (found === undefined) throw strangeAnswer(name, answer);
      return found;
    },
  });
}

/**
 * A port of a USB hub whose power can be cut: `uhubctl -l 1-1 -p 2`.
 * Source: uhubctl.c prints `  Port 2: 0100 power`, or `0000 off`; bit 8 (USB 2) or 9 (USB 3) is the power. Of a USB 3 hub
 * it switches and prints both halves: it is off where both are.
 */
export function uhubctlSwitch(location: string, port: number, leastOffMs: Ms): PowerSwitch {
  const base = ['uhubctl', '-l', location, '-p', String(port)];
  const line = new RegExp(`^\\s*Port ${port}: [0-9a-f]{4} (.*)$`, 'gm');
  const read = (answer: string): PowerState | undefined => {
    const halves = Array.from(answer.matchAll(line), ([, words = '']) => /\bpower\b/.test(words));
    if (halves.length === 0) return undefined;
    return halves.includes(true) ? 'on' : 'off';
  };
  const programs = { on: [...base, '-a', '1'], off: [...base, '-a', '0'], state: base, read };
  return programSwitch(`port ${port} of USB hub ${location}`, leastOffMs, programs);
}

/** An outlet of a PDU that speaks SNMP, by Debian's snmpset and snmpget. */
export interface SnmpOutlet {
  readonly host: string;
  /** The object that switches the outlet and tells its state. */
  readonly oid: string;
  /** Its values: 1 and 2 on APC's sPDUOutletCtl (PowerNet-MIB). */
  readonly on: number;
  readonly off: number;
  readonly community: string;
  /** Of the protocol: many an APC has no 2c. */
  readonly version: '1' | '2c';
}

export function snmpSwitch(outlet: SnmpOutlet, leastOffMs: Ms): PowerSwitch {
  const { host, oid, on, off, community, version } = outlet;
  // Without MIBs (-m): with its maker's, a value would be shown by its name alone.
  const login = ['-v', version, '-c', community, '-m', '', '-O', 'qv', host, oid];
  const set = (value: number): string[] => ['snmpset', ...login, 'i', String(value)];
  const read = (answer: string): PowerState | undefined => {
    const value = answer.trim();
    if (value === String(on)) return 'on';
    return value === String(off) ? 'off' : undefined;
  };
  const programs = { on: set(on), off: set(off), state: ['snmpget', ...login], read };
  return programSwitch(`${oid} of ${host}`, leastOffMs, programs);
}

function failed(name: string, program: string, exitCode: number, said: string): HarnessError {
  const words = said.trim().slice(0, 400);
  return new HarnessError(
    `${name} could not be switched or asked: ${program} ended with ${exitCode}${words === '' ? '' : `: ${words}`}`,
    { code: 'power.program-failed', blame: 'rig', effect: 'unknown', hint: `run ${program} by hand` },
  );
}
