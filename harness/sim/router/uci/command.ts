import { absolute } from '../files.ts';
import type { Applet, Process, UciSection, UciValue } from '../machine.ts';
import { formatChange, type Change } from './change.ts';
import { defaultOptions, takeOptions, USAGE, type UciOptions } from './options.ts';
import { findSection, parsePath, showName, type UciPath } from './path.ts';
import { createUciDatabase, type UciDatabase } from './store.ts';
import { formatUci, generatedName, linesOf, parseUci, quote } from './text.ts';

/** Exit status and, if it is not 0, what stands behind `uci: `. */
type Outcome = string | undefined;

const NOT_FOUND = 'Entry not found';
const INVALID = 'Invalid argument';
const PARSE = 'Parse error';

interface Call {
  readonly process: Process;
  readonly database: UciDatabase;
  readonly options: UciOptions;
  readonly args: readonly string[];
}

/** The `uci` program. Source: uci cli.c; texts from libuci's error table. */
export function createUciApplet(database: UciDatabase): Applet {
  return async (process) => {
    const options = defaultOptions();
    const words = takeOptions(process.argv.slice(1), options);
    if (!words || words.length === 0) {
      process.err(USAGE);
      return words ? 255 : 1;
    }
    const own = options.directory === undefined;
    const used = own
      ? database
      : createUciDatabase(process.machine.files, absolute(process.cwd, options.directory ?? ''));
    return runCommand({ process, database: used, options, args: words });
  };
}

async function runCommand(call: Call): Promise<number> {
  const name = call.args[0] as string;
  if (name === 'batch') return runBatch(call);
  const command = commands[name];
  if (!command) {
    call.process.err(USAGE);
    return 255;
  }
  const problem = await command({ ...call, args: call.args.slice(1) });
  if (problem === undefined) return 0;
  if (problem === USAGE) call.process.err(USAGE);
  else if (!call.options.quiet && problem !== '') call.process.err(`uci: ${problem}\n`);
  return problem === USAGE ? 255 : 1;
}

/** Goes on after a line that failed, and ends with 0 all the same. Source: uci cli.c, uci_batch. */
async function runBatch(call: Call): Promise<number> {
  const text = new TextDecoder().decode(await call.process.stdin.readAll());
  for (const { words } of linesOf(text)) {
    if (typeof words === 'string') {
      call.process.err(`uci: ${PARSE} (${words})\n`);
      break;
    }
    if (words.length === 0) continue;
    if (words[0] === 'exit') break;
    await runCommand({ ...call, args: words });
  }
  return 0;
}

const commands: Readonly<Record<string, (call: Call) => Outcome | Promise<Outcome>>> = {
  show: (call) => (call.args[0] === undefined ? forAll(call, showPackage) : withPath(call, show)),
  get: (call) => withPath(call, get),
  set: (call) => withPath(call, set),
  add: add,
  add_list: (call) => withPath(call, (inner, path) => changeList(inner, path, 'list-add')),
  del_list: (call) => withPath(call, (inner, path) => changeList(inner, path, 'list-delete')),
  delete: (call) => withPath(call, remove),
  del: (call) => withPath(call, remove),
  rename: (call) => withPath(call, rename),
  reorder: (call) => withPath(call, reorder),
  revert: (call) => withPath(call, revert),
  commit: (call) =>
    call.args[0] === undefined
      ? forAll(call, commit)
      : withPath(call, (inner, { packageName }) => commit(inner, packageName)),
  changes: (call) => forAll(call, changes),
  export: (call) => forAll(call, exportPackage),
  import: importPackage,
};

/** Runs `f` for the package that is named, or for all. */
function forAll(call: Call, f: (call: Call, packageName: string) => Outcome): Outcome {
  const named = call.args[0];
  if (named !== undefined) return f(call, named);
  for (const name of call.database.packages()) f(call, name);
  return undefined;
}

function withPath(call: Call, f: (call: Call, path: UciPath) => Outcome): Outcome {
  const text = call.args[0];
  if (text === undefined) return USAGE;
  const path = parsePath(text);
  if (!path) return PARSE;
  if (!call.database.sections(path.packageName)) return unreadable(call, path.packageName);
  return f(call, path);
}

function unreadable(call: Call, packageName: string): string {
  const why = call.database.parseError(packageName);
  return why === undefined ? NOT_FOUND : `${PARSE} (${why})`;
}

/** The section of a path, where there is one. */
function sectionAt({ database }: Call, path: UciPath): UciSection | undefined {
  if (path.section === undefined) return undefined;
  return findSection(database.sections(path.packageName) ?? [], path.section);
}

function show(call: Call, path: UciPath): Outcome {
  if (path.section === undefined) return showPackage(call, path.packageName);
  const section = sectionAt(call, path);
  if (!section) return NOT_FOUND;
  // Only a whole package is shown with @type[n]; a section asked for goes by its real name.
  if (path.option === undefined) return showSection(call, path.packageName, section.name, section);
  const value = section.options.get(path.option);
  if (value === undefined) return NOT_FOUND;
  call.process.out(`${path.packageName}.${section.name}.${path.option}=${shown(call, value)}\n`);
  return undefined;
}

function showPackage(call: Call, packageName: string): Outcome {
  const sections = call.database.sections(packageName);
  if (!sections) return unreadable(call, packageName);
  for (const section of sections) {
    const name = call.options.extended ? section.name : showName(sections, section);
    showSection(call, packageName, name, section);
  }
  return undefined;
}

function showSection(call: Call, packageName: string, name: string, section: UciSection): Outcome {
  let text = `${packageName}.${name}=${section.type}\n`;
  for (const [option, value] of section.options)
    text += `${packageName}.${name}.${option}=${shown(call, value)}\n`;
  call.process.out(text);
  return undefined;
}

function shown({ options }: Call, value: UciValue): string {
  return typeof value === 'string' ? quote(value) : value.map(quote).join(options.delimiter);
}

function get(call: Call, path: UciPath): Outcome {
  if (path.section === undefined) return undefined;
  const section = sectionAt(call, path);
  if (!section) return NOT_FOUND;
  const value = path.option === undefined ? section.type : section.options.get(path.option);
  if (value === undefined) return NOT_FOUND;
  call.process.out((typeof value === 'string' ? value : value.join(call.options.delimiter)) + '\n');
  return undefined;
}

function set(call: Call, path: UciPath): Outcome {
  const { section: name, option, value } = path;
  if (value === undefined || name === undefined) return INVALID;
  const section = sectionAt(call, path);
  if (option === undefined) {
    if (!section && (name.startsWith('@') || !/^[A-Za-z0-9_-]+$/.test(value))) return INVALID;
    return change(call, path, { kind: 'section', section: section?.name ?? name, type: value });
  }
  if (!section) return name.startsWith('@') ? NOT_FOUND : INVALID;
  if (value !== '') return change(call, path, { kind: 'set', section: section.name, option, value });
  return section.options.has(option)
    ? change(call, path, { kind: 'delete', section: section.name, option })
    : undefined;
}

function add(call: Call): Outcome {
  const [packageName, type] = call.args;
  if (packageName === undefined || type === undefined) return USAGE;
  const sections = call.database.sections(packageName);
  if (!sections) return unreadable(call, packageName);
  const name = generatedName(sections.length + 1, type);
  call.database.change(packageName, { kind: 'add', section: name, type });
  call.process.out(name + '\n');
  return undefined;
}

function changeList(call: Call, path: UciPath, kind: 'list-add' | 'list-delete'): Outcome {
  if (path.option === undefined || path.value === undefined) return INVALID;
  const section = sectionAt(call, path);
  if (!section) return NOT_FOUND;
  return change(call, path, { kind, section: section.name, option: path.option, value: path.value });
}

function remove(call: Call, path: UciPath): Outcome {
  if (path.section === undefined) return INVALID;
  const section = sectionAt(call, path);
  if (!section || (path.option !== undefined && !section.options.has(path.option))) return NOT_FOUND;
  const option = path.option === undefined ? {} : { option: path.option };
  return change(call, path, { kind: 'delete', section: section.name, ...option });
}

function rename(call: Call, path: UciPath): Outcome {
  const section = sectionAt(call, path);
  if (path.value === undefined || !/^\w+$/.test(path.value)) return INVALID;
  if (!section || (path.option !== undefined && !section.options.has(path.option))) return NOT_FOUND;
  const option = path.option === undefined ? {} : { option: path.option };
  return change(call, path, { kind: 'rename', section: section.name, ...option, to: path.value });
}

function reorder(call: Call, path: UciPath): Outcome {
  const section = sectionAt(call, path);
  if (!section) return NOT_FOUND;
  if (!/^\d+$/.test(path.value ?? '')) return INVALID;
  return change(call, path, { kind: 'reorder', section: section.name, index: Number(path.value) });
}

function change(call: Call, path: UciPath, what: Change): Outcome {
  call.database.change(path.packageName, what);
  return undefined;
}

function revert(call: Call, path: UciPath): Outcome {
  const section = path.section === undefined ? undefined : (sectionAt(call, path)?.name ?? path.section);
  call.database.revert(
    path.packageName,
    (made) =>
      (section === undefined || made.section === section) &&
      (path.option === undefined || ('option' in made && made.option === path.option)),
  );
  return undefined;
}

function commit(call: Call, packageName: string): Outcome {
  call.database.commit(packageName);
  return undefined;
}

function changes(call: Call, packageName: string): Outcome {
  if (!call.database.sections(packageName)) return unreadable(call, packageName);
  for (const made of call.database.changes(packageName)) {
    call.process.out(formatChange(packageName, made, quote) + '\n');
  }
  return undefined;
}

function exportPackage(call: Call, packageName: string): Outcome {
  const sections = call.database.sections(packageName);
  if (!sections) return unreadable(call, packageName);
  call.process.out(`package ${packageName}\n${formatUci(sections) || '\n'}`);
  return undefined;
}

async function importPackage(call: Call): Promise<Outcome> {
  const { process, options, args } = call;
  const { files } = process.machine;
  const text =
    options.importFile === undefined
      ? new TextDecoder().decode(await process.stdin.readAll())
      : files.readText(absolute(process.cwd, options.importFile));
  if (text === undefined) return 'I/O error';
  const parsed = parseUci(text);
  if ('error' in parsed) return `${PARSE} (${parsed.error})`;
  const packageName = args[0] ?? /^\s*package\s+'?([\w-]+)/m.exec(text)?.[1];
  if (packageName === undefined) return INVALID;
  files.write(`/etc/config/${packageName}`, formatUci(parsed.sections));
  return undefined;
}
