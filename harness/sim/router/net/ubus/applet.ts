import type { Ms } from '../../../../core/units.ts';
import type { Applet, Process } from '../../machine.ts';
import { ubusError, ubusUsage } from './errors.ts';
import { compactJson, formatJson } from './json.ts';
import { ubusObjects, type Arguments, type UbusObject, type UbusParts } from './objects.ts';

interface Options {
  readonly simple: boolean;
  readonly verbose: boolean;
  readonly timeoutMs: Ms;
  readonly words: readonly string[];
}

const DEFAULT_TIMEOUT_MS: Ms = 30_000;

/** `ubus [-S] [-v] [-t SECONDS] list|call|wait_for …`. Source: ubus cli.c. */
export function createUbus(parts: UbusParts): Applet {
  return (process) => {
    const options = parseOptions(process.argv.slice(1));
    const [command, ...rest] = options.words;
    const objects = (): ReadonlyMap<string, UbusObject> => ubusObjects(process.machine, parts);
    if (command === 'list') return list(process, options, objects(), rest[0]);
    if (command === 'call' && rest.length >= 2) return call(process, options, objects(), rest);
    if (command === 'wait_for' && rest.length > 0) return waitFor(process, options.timeoutMs, objects, rest);
    return ubusUsage(process);
  };
}

function parseOptions(argv: readonly string[]): Options {
  const words: string[] = [];
  let simple = false;
  let verbose = false;
  let timeoutMs = DEFAULT_TIMEOUT_MS;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === '-S') simple = true;
    else if (word === '-v') verbose = true;
    else if (word === '-t') timeoutMs = Number(argv[++i]) * 1000;
    else if (word === '-s') i++;
    else words.push(word);
  }
  return { simple, verbose, timeoutMs, words };
}

function list(
  process: Process,
  options: Options,
  objects: ReadonlyMap<string, UbusObject>,
  pattern: string | undefined,
): number {
  const paths = [...objects.keys()].sort().filter((path) => pattern === undefined || matches(path, pattern));
  for (const path of paths) {
    process.out(options.verbose ? describe(path, objects.get(path) ?? {}) : `${path}\n`);
  }
  if (paths.length > 0 || pattern === undefined || pattern.endsWith('*')) return 0;
  return ubusError(process, 'Not found');
}

function matches(path: string, pattern: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** `'network.interface.lan' @3c738fda`, then a line for each method. */
function describe(path: string, object: UbusObject): string {
  const lines = Object.entries(object).map(
    ([name, { signature = {} }]) => `\t"${name}":${compactJson(signature)}\n`,
  );
  return `'${path}' @${objectId(path)}\n${lines.join('')}`;
}

/** Eight hexadecimal digits that stay the same for a path. */
function objectId(path: string): string {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 16_777_619);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

async function call(
  process: Process,
  options: Options,
  objects: ReadonlyMap<string, UbusObject>,
  [path = '', name = '', message]: readonly string[],
): Promise<number> {
  const values = parseMessage(message);
  const command = ['ubus', 'call', path, name, ...(message === undefined ? [] : [message])].join(' ');
  if (!values) {
    process.err('Failed to parse message data\n');
    return ubusError(process, 'Invalid argument', command);
  }
  const object = objects.get(path);
  if (!object) return ubusError(process, 'Not found');
  const method = object[name];
  if (!method?.call) return ubusError(process, 'Method not found', command);
  const answer = method.call(values);
  if (!answer) return 0;
  if ('failed' in answer) return ubusError(process, answer.failed, command);
  if ('done' in answer) {
    await answer.done;
    return 0;
  }
  // Up to 19.07 blobmsg escaped the slash, as json-c did.
  const style = { escapeSlash: Number.parseInt(process.machine.flavour.kernel, 10) < 5 };
  process.out(`${options.simple ? compactJson(answer.reply, style) : formatJson(answer.reply, style)}\n`);
  return 0;
}

/** Undefined: not a JSON table. */
function parseMessage(message: string | undefined): Arguments | undefined {
  if (message === undefined) return {};
  try {
    const value: unknown = JSON.parse(message);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Arguments)
      : undefined;
  } catch {
    return undefined;
  }
}

async function waitFor(
  process: Process,
  timeoutMs: Ms,
  objects: () => ReadonlyMap<string, UbusObject>,
  paths: readonly string[],
): Promise<number> {
  const { clock } = process.machine;
  const until = clock.now() + timeoutMs;
  while (!paths.every((path) => objects().has(path))) {
    if (clock.now() >= until) return ubusError(process, 'Request timed out');
    await clock.sleep(Math.min(200, until - clock.now()), process.signal);
  }
  return 0;
}
