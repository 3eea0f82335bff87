#!/usr/bin/env node
import { isHarnessError, messageOf } from '../core/errors.ts';
import { didYouMean } from '../lab/nearest.ts';
import { commandHelp, generalHelp } from './help.ts';
import { dieOf, INTERRUPTED, interruptedBy, isInterrupt } from './interrupt.ts';
import { lostOutput, processIo, type Io } from './io.ts';
import { machineError } from './machine-error.ts';
import { packageVersion } from './package-version.ts';
import { commands } from './commands.ts';
import type { Arguments, CommandSpec } from './spec.ts';
import { usageError } from './usage.ts';

type Command = (args: Arguments, io: Io) => Promise<number>;

/** Loaded only when called: `--help` answers before a single dependency is read. */
const load: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).run,
  'rigs list': async () => (await import('./rigs-list.ts')).rigsList,
  'rigs check': async () => (await import('./rigs-check.ts')).rigsCheck,
  'rigs explain': async () => (await import('./rigs-explain.ts')).rigsExplain,
  'rigs who': async () => (await import('./rigs-who.ts')).rigsWho,
  'rigs reliability': async () => (await import('./rigs-reliability.ts')).rigsReliability,
  'rigs take': async () => (await import('./rigs-take.ts')).rigsTake,
  'rigs release': async () => (await import('./rigs-take.ts')).rigsRelease,
  'virtual setup': async () => (await import('./virtual-setup.ts')).virtualSetup,
  'virtual firmware': async () => (await import('./virtual-firmware.ts')).virtualFirmware,
  'virtual boot': async () => (await import('./virtual-boot.ts')).virtualBoot,
  diagnose: async () => (await import('./diagnose.ts')).diagnose,
  shell: async () => (await import('./shell.ts')).shell,
  at: async () => (await import('./at.ts')).at,
  mode: async () => (await import('./mode.ts')).mode,
  band: async () => (await import('./band.ts')).band,
  logs: async () => (await import('./logs.ts')).logs,
  console: async () => (await import('./console.ts')).showConsole,
  power: async () => (await import('./power.ts')).power,
  flash: async () => (await import('./flash.ts')).flash,
  'firmware add': async () => (await import('./firmware.ts')).firmwareAdd,
  'firmware list': async () => (await import('./firmware.ts')).firmwareList,
  recover: async () => (await import('./recover.ts')).recover,
  'modem fcc-unlock': async () => (await import('./fcc-unlock.ts')).fccUnlock,
  'modem status': async () => (await import('./modem-status.ts')).modemStatus,
  'modem serve': async () => (await import('./modem-serve.ts')).modemServe,
};

const WRONG_USAGE = 64;
const INFRASTRUCTURE = 2;

async function main(typed: readonly string[], io: Io): Promise<number> {
  const argv = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;
  const words = argv.filter((word) => !word.startsWith('-'));
  const specs = commands.filter(({ name }) => isCalled(name, words));
  if (argv.includes('--help') || argv.includes('-h')) {
    io.out(specs.length > 0 ? commandHelp(specs) : generalHelp());
    return 0;
  }
  if (argv.includes('--version') || argv[0] === '-V') {
    io.out(`${packageVersion()}\n`);
    return 0;
  }
  if (words.length === 0 && argv.length === 0) {
    io.err(generalHelp());
    return WRONG_USAGE;
  }
  const spec = chooseCommand(argv, specs);
  const { parseArguments } = await import('./parse.ts');
  const args = parseArguments(spec, argv.slice(spec.name.split(' ').length));
  const command = await (load[spec.name] as () => Promise<Command>)();
  return command(args, io);
}

/** `rigs` calls all of `rigs list`, `rigs check`, `rigs explain`: good enough for help. */
function isCalled(name: string, words: readonly string[]): boolean {
  const parts = name.split(' ');
  const second = words[1];
  if (parts[0] !== words[0]) return false;
  return parts.length === 1 || second === undefined || parts[1] === second;
}

function chooseCommand(argv: readonly string[], specs: readonly CommandSpec[]): CommandSpec {
  const [first = '', second] = argv;
  const [only] = specs;
  if (only && specs.length === 1 && argv.join(' ').startsWith(only.name)) return only;
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0) {
    const known = group.map(({ name }) => name.split(' ')[1] as string);
    const problem =
      second === undefined ? 'needs one more word' : `has no "${second}"${didYouMean(second, known)}`;
    throw usageError('unknown-command', `"${first}" ${problem}: ${known.join(', ')}`, 'see: wwanlab --help');
  }
  const known = [...new Set(commands.map(({ name }) => name.split(' ')[0] as string))];
  throw usageError(
    'unknown-command',
    first.startsWith('-')
      ? `${first} stands where a command should`
      : `there is no command "${first}"${didYouMean(first, known)}`,
    `commands: ${known.join(', ')}; see: wwanlab --help`,
  );
}

/** For scripts: one line, which may follow others where a command prints an object a line. */
function errorDocument(error: unknown): string {
  const bug = { code: 'harness.bug', blame: 'harness', effect: 'unknown', hint: null };
  const { code, blame, effect, hint } = isHarnessError(error) ? error : bug;
  return `${JSON.stringify({ error: { code, message: messageOf(error), blame, effect, hint: hint ?? null } })}\n`;
}

/** Tells what went wrong and what to do next. A bug in wwanlab shows its stack; anything foreseen does not. */
function report(thrown: unknown, io: Io): number {
  const error = machineError(thrown);
  if (process.argv.includes('--json')) io.out(errorDocument(error));
  if (!isHarnessError(error)) {
    const stack = (error as { stack?: string } | null)?.stack ?? messageOf(error);
    io.err(`wwanlab: a bug in wwanlab, please report it:\n${stack}\n`);
    return INFRASTRUCTURE;
  }
  io.err(`wwanlab: ${messageOf(error)}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`);
  if (isInterrupt(error)) return INTERRUPTED;
  return error.code.startsWith('usage.') ? WRONG_USAGE : INFRASTRUCTURE;
}

const UNREAD_LIMIT = 1_000;

const io = processIo();
const exitCode = await main(process.argv.slice(2), io).catch((error: unknown) => report(error, io));
// Sockets of a rig that broke must not keep the process; but what was written must get out first.
process.exitCode = exitCode;
// Who asked for an end gets one, also where nobody reads what we write.
if (interruptedBy()) setTimeout(leave, UNREAD_LIMIT).unref();
process.stdout.write('', () => setImmediate(() => process.stderr.write('', leave)));

/** What goes on until somebody ends it has an exit code of its own. */
function leave(): void {
  const signal = interruptedBy();
  // With its terminal gone, Node would abort at an exit of its own (src/node.cc, ResetStdio).
  if (signal !== undefined && (exitCode === INTERRUPTED || signal === 'SIGHUP')) return dieOf(signal);
  const lost = lostOutput();
  process.exit(lost && exitCode === 0 ? report(lost, io) : exitCode);
}
