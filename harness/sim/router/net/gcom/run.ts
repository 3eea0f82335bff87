import { HarnessError, isHarnessError, messageOf } from '../../../../core/errors.ts';
import type { Ms } from '../../../../core/units.ts';
import type { RouterMachine } from '../../machine.ts';
import { timeOfDay } from '../../logs.ts';
import { asNumber, asText, type Expression, type Scope } from './expression.ts';
import { parseProgram, type Line, type Program, type Statement } from './program.ts';
import { openTtyOf } from './tty.ts';
import { openSerial, type Serial } from './serial.ts';

export interface GcomOptions {
  /** `/dev/ttyUSB2` */
  readonly device: string;
  readonly script: string;
  readonly env: ReadonlyMap<string, string>;
  readonly pid: number;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Where a run stands. */
interface Run {
  readonly machine: RouterMachine;
  readonly options: GcomOptions;
  readonly program: Program;
  readonly scope: Scope;
  readonly settings: { comecho: boolean; sendDelay: Ms };
  readonly returns: number[];
  serial: Serial | undefined;
  release: (() => void) | undefined;
  /** Index of the next line. */
  next: number;
  lastCondition: boolean;
  exit: number | undefined;
}

/** Statements that may run before the clock has to move: a script that spins must not stop the world. */
const STATEMENTS_PER_BREATH = 500;

/**
 * comgt(1), the interpreter behind gcom: runs a script against a serial port. Resolves to its exit status; an error
 * of the script or the port is reported as comgt does, status 1.
 */
export async function runGcom(machine: RouterMachine, options: GcomOptions): Promise<number> {
  const run = createRun(machine, options);
  try {
    for (let count = 1; run.exit === undefined && run.next < run.program.lines.length; count++) {
      if (count % STATEMENTS_PER_BREATH === 0) await machine.clock.sleep(10, options.signal);
      const line = run.program.lines[run.next++] as Line;
      try {
        await execute(run, line.statement);
      } catch (error) {
        if (!isHarnessError(error) || !error.code.startsWith('gcom.')) throw error;
        report(run, line, messageOf(error));
        return 1;
      }
    }
    return run.exit ?? 0;
  } finally {
    closePort(run);
  }
}

function createRun(machine: RouterMachine, options: GcomOptions): Run {
  return {
    machine,
    options,
    program: parseProgram(options.script),
    scope: {
      numbers: new Map(),
      texts: new Map(),
      env: options.env,
      time: () => Math.floor(machine.clock.wall().getTime() / 1000),
      pid: options.pid,
    },
    settings: { comecho: false, sendDelay: 0 },
    returns: [],
    serial: undefined,
    release: undefined,
    next: 0,
    lastCondition: true,
    exit: undefined,
  };
}

/** Three lines on standard error. Source: a LEDE 17.01 log, "Error @118, line 9, Could not write to COM device. (1)". */
function report(run: Run, line: Line, message: string): void {
  const stamp = `comgt ${timeOfDay(run.machine.clock.wall())} -> `;
  const { err } = run.options;
  err(`${stamp}-- Error Report --\n`);
  err(`${stamp}----> ${' '.repeat(line.length)}^\n`);
  err(`${stamp}Error @${line.offset}, line ${line.number}, ${message}. (1)\n`);
}

async function execute(run: Run, statement: Statement): Promise<void> {
  const { machine, options } = run;
  const { signal } = options;
  switch (statement.op) {
    case 'send':
      return send(run, textOf(run, statement.values));
    case 'get':
      return get(run, statement);
    case 'waitfor':
      return waitFor(run, number(run, statement.timeout), texts(run, statement.texts));
    case 'waitquiet':
      return waitQuiet(run, number(run, statement.timeout), number(run, statement.quiet));
    case 'sleep':
      return machine.clock.sleep(number(run, statement.value) * 1000, signal);
    case 'flash':
      run.serial?.setDtr(false);
      await machine.clock.sleep(number(run, statement.value) * 1000, signal);
      run.serial?.setDtr(true);
      return;
    case 'if':
      run.lastCondition = number(run, statement.condition) !== 0;
      return run.lastCondition ? execute(run, statement.statement) : undefined;
    case 'else':
      return run.lastCondition ? undefined : execute(run, statement.statement);
    default:
      return executeAtOnce(run, statement);
  }
}

function executeAtOnce(run: Run, statement: Statement): void {
  switch (statement.op) {
    case 'open':
      return openPort(run);
    case 'close':
      return closePort(run);
    case 'set':
      return set(run, statement.name, statement.value);
    case 'let':
      return assign(run, statement.variable, statement.value);
    case 'print':
      return run.options.out(textOf(run, statement.values));
    case 'eprint':
      return run.options.err(textOf(run, statement.values));
    case 'gosub':
      run.returns.push(run.next);
      return jump(run, statement.label);
    case 'goto':
      return jump(run, statement.label);
    case 'return':
      run.next = run.returns.pop() ?? fail('RETURN without GOSUB');
      return;
    case 'exit':
      run.exit = number(run, statement.value) & 255;
      return;
    case 'bad':
      return fail(statement.message);
    default:
  }
}

/** Source: `-> Error @…`: a port that could not be opened is noticed at the first write. */
function openPort(run: Run): void {
  closePort(run);
  const opened = openTtyOf(run.machine, run.options.device, run.options.pid);
  if (!opened) return;
  run.release = opened.release;
  run.serial = openSerial(run.machine.clock, opened.port, run.options.signal, (text) => {
    if (run.settings.comecho) run.options.out(text);
  });
}

function closePort(run: Run): void {
  run.serial?.close();
  run.serial = undefined;
  run.release?.();
  run.release = undefined;
}

function set(run: Run, name: string, value: string): void {
  if (name === 'comecho') run.settings.comecho = value.toLowerCase() === 'on';
  if (name === 'senddelay') run.settings.sendDelay = Number.parseFloat(value) * 1000 || 0;
}

function assign(run: Run, variable: string, value: Expression): void {
  const result = value(run.scope);
  if (variable.startsWith('$')) run.scope.texts.set(variable.slice(1), asText(result));
  else run.scope.numbers.set(variable, Math.trunc(asNumber(result)));
}

function jump(run: Run, label: string): void {
  run.next = run.program.labels.get(label) ?? fail('Label not found');
}

/** Each character waits for `senddelay`; they are written together when the last has waited. */
async function send(run: Run, text: string): Promise<void> {
  const delay = run.settings.sendDelay * text.length;
  if (delay > 0) await run.machine.clock.sleep(delay, run.options.signal);
  if (!run.serial?.write(text)) fail('Could not write to COM device');
}

/** Characters up to one of the terminators, which is taken and dropped, or what came within the time. */
async function get(run: Run, statement: Extract<Statement, { op: 'get' }>): Promise<void> {
  const serial = run.serial ?? fail('Could not read from COM device');
  const terminators = asText(statement.terminators(run.scope));
  const until = run.machine.clock.now() + number(run, statement.timeout) * 1000;
  const end = (): number => serial.buffer.split('').findIndex((c) => terminators.includes(c));
  while (end() < 0 && (await serial.more(until)));
  const at = end();
  const text = serial.take(at < 0 ? serial.buffer.length : at);
  if (at >= 0) serial.take(1);
  assign(run, statement.variable, () => text);
}

/** `%` becomes the index of the text that came first, -1 if none did. */
async function waitFor(run: Run, timeout: number, wanted: readonly string[]): Promise<void> {
  const serial = run.serial ?? fail('Could not read from COM device');
  const until = run.machine.clock.now() + timeout * 1000;
  let match = firstMatch(serial.buffer, wanted);
  while (!match && (await serial.more(until))) match = firstMatch(serial.buffer, wanted);
  serial.take(match ? match.end : serial.buffer.length);
  run.scope.numbers.set('%', match ? match.index : -1);
}

function firstMatch(
  buffer: string,
  wanted: readonly string[],
): { readonly index: number; readonly end: number } | undefined {
  return wanted
    .map((text, index) => ({ index, end: buffer.indexOf(text) + text.length, found: buffer.includes(text) }))
    .filter(({ found }) => found)
    .sort((a, b) => a.end - b.end)[0];
}

/** Takes and drops what comes until nothing came for `quiet` seconds. */
async function waitQuiet(run: Run, timeout: number, quiet: number): Promise<void> {
  const { clock } = run.machine;
  const { serial } = run;
  const end = clock.now() + timeout * 1000;
  if (!serial) return clock.sleep(quiet * 1000, run.options.signal);
  do serial.take(serial.buffer.length);
  while ((await serial.more(Math.min(end, clock.now() + quiet * 1000))) && clock.now() < end);
}

function number(run: Run, expression: Expression): number {
  return asNumber(expression(run.scope));
}

function texts(run: Run, expressions: readonly Expression[]): string[] {
  return expressions.map((expression) => asText(expression(run.scope)));
}

function textOf(run: Run, expressions: readonly Expression[]): string {
  return texts(run, expressions).join('');
}

function fail(message: string): never {
  throw new HarnessError(message, { code: 'gcom.failed', blame: 'dut', effect: 'none' });
}
