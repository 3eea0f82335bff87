import { childOf, killedBy, signals, statusOfKilled } from '../signals.ts';
import { expandPattern, expandText, expandWords } from './expand.ts';
import { parseScript } from './parser.ts';
import { matchesPattern } from './pattern.ts';
import { applyRedirects } from './redirect.ts';
import { createExpander, runSimple, type Runner } from './simple.ts';
import { assign, complain, copyState, exitStatus, runSubshell, type Io, type ShellState } from './state.ts';
import { createPipe, inputOf } from './streams.ts';
import {
  ShellSyntaxError,
  type AndOr,
  type Command,
  type List,
  type Pipeline,
  type SimpleCommand,
} from './syntax.ts';

/**
 * A command takes no virtual time, so a loop without `sleep` would never let time pass: now and then it does. A 400 MHz
 * MIPS runs about this many builtins in a millisecond.
 */
const COMMANDS_PER_MILLISECOND = 50;

/** What a simple command needs of the executor. */
const runner: Runner = { list: runList, command: runCommand, script: runScript, text: runText };

/** Runs a text as the shell that `state` is, to its end: syntax errors, `exit` and the EXIT trap included. */
export async function runScript(state: ShellState, text: string, io: Io): Promise<number> {
  await runText(state, text, io);
  const status = exitStatus(state);
  const trap = state.traps.get('EXIT');
  if (trap === undefined || io.signal.aborted) return status;
  state.traps.delete('EXIT');
  state.flow = undefined;
  await runText(state, trap, io);
  return state.flow ? exitStatus(state) : status;
}

/** Runs a text in the present shell; a syntax error is said and gives status 2. */
export async function runText(state: ShellState, text: string, io: Io): Promise<number> {
  const list = parseOrComplain(state, text, io);
  if (!list) return (state.status = 2);
  return runList(state, list, io);
}

function parseOrComplain(state: ShellState, text: string, io: Io): List | undefined {
  try {
    return parseScript(text);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    complain(state, io, `syntax error: ${error.message}`);
    return undefined;
  }
}

/** Runs commands one after the other; the status of the last. */
export async function runList(state: ShellState, list: List, io: Io): Promise<number> {
  for (const { item, background } of list) {
    if (background) startJob(state, item, io);
    else await runAndOr(state, item, io);
    if (io.signal.aborted) state.flow = { kind: 'exit', status: statusOfKilled(io.signal) };
    if (state.flow) break;
  }
  return state.status;
}

/** A list whose status is a question: `set -e` does not end the shell in it. */
async function runCondition(state: ShellState, list: List, io: Io): Promise<boolean> {
  state.tested++;
  const status = await runList(state, list, io);
  state.tested--;
  return status === 0;
}

async function runAndOr(state: ShellState, { first, rest }: AndOr, io: Io): Promise<void> {
  const lastIndex = rest.length - 1;
  await runPart(state, first, io, rest.length > 0);
  for (const [index, { operator, pipeline }] of rest.entries()) {
    if (state.flow) return;
    if ((state.status === 0) === (operator === '&&')) await runPart(state, pipeline, io, index < lastIndex);
  }
}

async function runPart(state: ShellState, pipeline: Pipeline, io: Io, asked: boolean): Promise<void> {
  const tested = asked || pipeline.negated;
  if (tested) state.tested++;
  await runPipeline(state, pipeline, io);
  if (tested) state.tested--;
  if (pipeline.negated && !state.flow) state.status = state.status === 0 ? 1 : 0;
  if (!tested && state.status !== 0 && state.tested === 0 && state.options.has('e')) {
    state.flow ??= { kind: 'exit', status: state.status };
  }
}

async function runPipeline(state: ShellState, { commands }: Pipeline, io: Io): Promise<void> {
  const only = commands[0];
  if (commands.length === 1 && only) {
    await runCommand(state, only, io);
    return;
  }
  const statuses = await Promise.all(connect(state, commands, io));
  const failed = state.options.has('pipefail') ? statuses.findLast((status) => status !== 0) : undefined;
  state.status = failed ?? statuses.at(-1) ?? 0;
}

/** Starts the commands of a pipeline, each in a subshell, each output joined to the next one's input. */
function connect(state: ShellState, commands: readonly Command[], io: Io): Promise<number>[] {
  let input = { stdin: io.stdin, close: (): void => undefined };
  return commands.map((command, index) => {
    const { controller, release } = childOf(io.signal);
    const last = index === commands.length - 1;
    const pipe = last ? undefined : createPipe(() => controller.abort(killedBy(signals.PIPE)));
    const { stdin, close } = input;
    if (pipe) input = { stdin: pipe.input, close: pipe.close };
    const outs = pipe ? io.outs.with(1, pipe.write) : io.outs;
    const child = copyState(state);
    return runSubshell(child, (sub) =>
      runCommand(sub, command, { stdin, outs, signal: controller.signal }),
    ).finally(() => {
      release();
      close();
      pipe?.end();
    });
  });
}

function startJob(state: ShellState, item: AndOr, io: Io): void {
  const controller = new AbortController();
  const child = copyState(state);
  const pid = state.machine.processes.nextPid();
  const job: Io = { ...io, stdin: inputOf(''), signal: controller.signal };
  state.machine.processes.add({
    pid,
    command: `{${state.name}} ${state.name}`,
    user: 'root',
    vsz: 1_220,
    kill: (signal) => controller.abort(killedBy(signal)),
  });
  const done = runSubshell(child, async (sub) => {
    await runAndOr(sub, item, job);
    if (controller.signal.aborted) sub.flow = { kind: 'exit', status: statusOfKilled(controller.signal) };
  }).finally(() => state.machine.processes.remove(pid));
  done.catch(() => undefined); // whoever waits for the job gets the error
  state.jobs.push({ pid, done });
  state.lastJob = pid;
  state.status = 0;
}

async function runCommand(state: ShellState, command: Command, io: Io): Promise<void> {
  await giveWay(state, io);
  if (command.kind === 'simple') {
    await runSimple(runner, state, command, io);
    return;
  }
  const redirected = await applyRedirects(createExpander(runner, state, io), command.redirects);
  if (!redirected) {
    state.status = 1;
    return;
  }
  try {
    await runCompound(state, command, redirected.io);
  } finally {
    redirected.close();
  }
}

async function giveWay(state: ShellState, io: Io): Promise<void> {
  if (++state.sinceYield < COMMANDS_PER_MILLISECOND) return;
  state.sinceYield = 0;
  await state.machine.clock.sleep(1, io.signal).catch(() => undefined);
}

async function runCompound(
  state: ShellState,
  command: Exclude<Command, SimpleCommand>,
  io: Io,
): Promise<void> {
  switch (command.kind) {
    case 'group':
      await runList(state, command.body, io);
      return;
    case 'subshell':
      state.status = await runSubshell(copyState(state), (sub) => runList(sub, command.body, io));
      return;
    case 'function':
      state.functions.set(command.name, command.body);
      state.status = 0;
      return;
    case 'if':
      return runIf(state, command, io);
    case 'loop':
      return runLoop(state, command, io);
    case 'for':
      return runFor(state, command, io);
    case 'case':
      return runCase(state, command, io);
  }
}

async function runIf(state: ShellState, command: Extract<Command, { kind: 'if' }>, io: Io): Promise<void> {
  for (const { condition, body } of command.branches) {
    const yes = await runCondition(state, condition, io);
    if (state.flow) return;
    if (yes) {
      await runList(state, body, io);
      return;
    }
  }
  state.status = 0;
  if (command.otherwise) await runList(state, command.otherwise, io);
}

async function runLoop(
  state: ShellState,
  command: Extract<Command, { kind: 'loop' }>,
  io: Io,
): Promise<void> {
  let status = 0;
  state.loops++;
  for (;;) {
    const yes = await runCondition(state, command.condition, io);
    if (leaves(state) || yes === command.until) break;
    status = await runList(state, command.body, io);
    if (leaves(state)) break;
  }
  state.loops--;
  state.status = status;
}

async function runFor(state: ShellState, command: Extract<Command, { kind: 'for' }>, io: Io): Promise<void> {
  const words = command.words
    ? await expandWords(createExpander(runner, state, io), command.words)
    : state.parameters;
  state.status = 0;
  state.loops++;
  for (const word of words) {
    if (!assign(state, io, command.name, word)) break;
    await runList(state, command.body, io);
    if (leaves(state)) break;
  }
  state.loops--;
}

/** After a round of a loop: true when it is over. Uses up the `break` or `continue` that was meant for this loop. */
function leaves(state: ShellState): boolean {
  const flow = state.flow;
  if (!flow) return false;
  if (flow.kind !== 'break' && flow.kind !== 'continue') return true;
  if (flow.levels > 1) {
    state.flow = { ...flow, levels: flow.levels - 1 };
    return true;
  }
  state.flow = undefined;
  return flow.kind === 'break';
}

async function runCase(
  state: ShellState,
  command: Extract<Command, { kind: 'case' }>,
  io: Io,
): Promise<void> {
  const expander = createExpander(runner, state, io);
  const subject = await expandText(expander, command.subject);
  state.status = 0;
  for (const { patterns, body } of command.clauses) {
    for (const pattern of patterns) {
      if (!matchesPattern(await expandPattern(expander, pattern), subject)) continue;
      await runList(state, body, io);
      return;
    }
  }
}
