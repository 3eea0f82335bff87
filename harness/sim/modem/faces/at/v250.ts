import type { BasicCommand } from '../../../../protocols/at/command.ts';
import { contextOf } from '../../state.ts';
import { constant, error, noCarrier, ok } from './answer.ts';
import { identityLines } from './gpp-identity.ts';
import {
  factoryWire,
  type Answer,
  type AtAnswer,
  type AtCall,
  type BasicHandler,
  type Wire,
} from './wire.ts';

const flag =
  (set: (wire: Wire, on: boolean) => void): BasicHandler =>
  ({ wire }, value) => {
    if (value > 1) return error;
    set(wire, value === 1);
    return ok();
  };

/** V.250 6.1 to 6.3, by letter. */
const handlers: Readonly<Record<string, BasicHandler>> = {
  E: flag((wire, on) => (wire.echo = on)),
  V: flag((wire, on) => (wire.verbose = on)),
  Q: flag((wire, on) => (wire.quiet = on)),
  I: (at, value) => (value === 0 ? ok(...identityLines(at.profile)) : ok()),
  Z: (at) => reset(at),
  '&F': (at) => restore(at),
  H: (at) => hangUp(at),
  O: (at) => resume(at),
  // Carrier detect, DTR, monitor, pauses: accepted, and of no effect on an emulated wire.
  '&C': constant(),
  '&D': constant(),
  '&K': constant(),
  '&S': constant(),
  '&V': (at) => ok(...(at.profile.at.vendor === 'quectel' ? settingLines(at) : [])),
  '&W': constant(),
  L: constant(),
  M: constant(),
  X: constant(),
  A: () => noCarrier,
};

export function basicCommands(at: AtCall, command: BasicCommand): Answer {
  if (/^S\d/.test(command.name)) return register(at, command);
  if (command.operation !== 'exec') return error;
  return handlers[command.name]?.(at, command.value) ?? error;
}

// S3, S4 and S5 change the line's own characters (V.250 6.2); the others are only remembered.
const lineRegisters: Readonly<Record<string, 'terminator' | 'lineFeed' | 'backspace'>> = {
  S3: 'terminator',
  S4: 'lineFeed',
  S5: 'backspace',
};

// What firmware of Qualcomm's starts with.
const factoryRegisters: Readonly<Record<string, number>> = { S6: 2, S8: 2, S10: 15 };

function otherRegister(wire: Wire, name: string): number {
  return wire.others.get(name) ?? factoryRegisters[name] ?? 0;
}

/** As an EC25 lists them, a line each. */
function settingLines({ wire }: AtCall): readonly string[] {
  const flags = [
    ...(['&C: 1', '&D: 2', '&F: 0', '&W: 0'] as const),
    `E: ${wire.echo ? 1 : 0}`,
    `Q: ${wire.quiet ? 1 : 0}`,
    `V: ${wire.verbose ? 1 : 0}`,
    ...(['X: 1', 'Z: 0'] as const),
  ];
  const registers = ['S0', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S10'].map((name) => {
    const line = lineRegisters[name];
    return `${name}: ${line ? wire[line] : otherRegister(wire, name)}`;
  });
  return [...flags, ...registers];
}

function register({ wire }: AtCall, { name, operation, value }: BasicCommand): AtAnswer {
  const line = lineRegisters[name];
  if (operation === 'set') {
    if (value > (line ? 127 : 255)) return error;
    if (line) wire[line] = value;
    else wire.others.set(name, value);
    return ok();
  }
  if (operation !== 'read') return error;
  const present = line ? wire[line] : otherRegister(wire, name);
  return ok(String(present).padStart(3, '0'));
}

/** Factory settings of the port (V.250 6.1.2). +CMEE stays: firmware of both makers keeps it. */
function restore({ wire, profile }: AtCall): AtAnswer {
  const { errorLevel, unlocked } = wire;
  Object.assign(wire, factoryWire(wire.interfaceNumber, profile), { errorLevel, unlocked });
  return ok();
}

function reset(at: AtCall): AtAnswer {
  at.call.hangUp();
  return restore(at);
}

function hangUp({ call }: AtCall): AtAnswer {
  call.hangUp();
  return ok();
}

function resume({ call, profile }: AtCall): AtAnswer {
  if (call.phase !== 'escaped') return noCarrier;
  return { ...connected(profile.dial.connectText), after: () => call.resume() };
}

function connected(text: string | undefined): AtAnswer {
  return { lines: [], result: { kind: 'connect', ...(text === undefined ? {} : { text }) } };
}

/** `*99#`, `*99***2#`, `*99*address*PPP*2#` (TS 27.007 10.2.1.1): the context to dial. */
function dialledContext(number: string): number | undefined {
  const match = /^[TP]?\*(?:99|98)(?:\*[^*#]*(?:\*[^*#]*(?:\*(\d{0,3}))?)?)?#$/i.exec(number);
  if (!match) return undefined;
  return match[1] ? Number(match[1]) : 1;
}

/** D: packet calls; there is no voice. */
export function dial(at: AtCall, number: string): Answer {
  const cid = dialledContext(number);
  return cid === undefined || at.call.phase !== 'none' ? noCarrier : startCall(at, cid);
}

/** CONNECT and PPP, when the model says so: before the session is there, or only with it. */
export function startCall(at: AtCall, cid: number): Answer {
  const { runtime, profile, call } = at;
  if (!contextOf(runtime.state, cid)) return noCarrier;
  const answer = { ...connected(profile.dial.connectText), after: () => call.open(cid) };
  if (profile.dial.activatesAt === 'network-phase') return answer;
  return new Promise((resolve) => {
    const undo = (): void => runtime.disconnect(cid);
    runtime.connect(cid, {}, (session) => resolve('refused' in session ? noCarrier : { ...answer, undo }));
  });
}
