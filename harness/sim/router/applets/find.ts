import { absolute } from '../files.ts';
import type { Applet, Process } from '../machine.ts';
import { matchesPattern } from '../shell/pattern.ts';
import { fail } from './options.ts';
import { runOther } from './process-control.ts';

interface Found {
  readonly path: string;
  readonly depth: number;
}

type Test = (process: Process, found: Found) => boolean | Promise<boolean>;

/** -name, -path, -type, -maxdepth, -mindepth, -print, -exec … ;. Source: busybox findutils/find.c. */
export const find: Applet = async (process) => {
  const args = process.argv.slice(1);
  const roots: string[] = [];
  while (args[0] !== undefined && !/^[-!(]/.test(args[0])) roots.push(args.shift() as string);
  const plan = parse(args);
  if (typeof plan === 'string') return fail(process, plan);
  let status = 0;
  for (const root of roots.length > 0 ? roots : ['.']) {
    if (!process.machine.files.stat(absolute(process.cwd, root))) {
      status = fail(process, `${root}: No such file or directory`);
      continue;
    }
    for (const found of below(process, root, 0, plan.maxDepth)) {
      if (found.depth < plan.minDepth) continue;
      let matches = true;
      for (const test of plan.tests) if (!(matches = await test(process, found))) break;
      if (matches && !plan.acts) process.out(found.path + '\n');
    }
  }
  return status;
};

interface Plan {
  readonly tests: readonly Test[];
  readonly maxDepth: number;
  readonly minDepth: number;
  readonly acts: boolean;
}

function parse(args: string[]): Plan | string {
  const tests: Test[] = [];
  let [maxDepth, minDepth, acts, negate] = [Infinity, 0, false, false];
  const add = (test: Test): void => {
    const not = negate;
    negate = false;
    tests.push(not ? async (process, found) => !(await test(process, found)) : test);
  };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === '!') negate = true;
    else if (word === '-maxdepth') maxDepth = Number(args.shift());
    else if (word === '-mindepth') minDepth = Number(args.shift());
    else if (word === '-name' || word === '-iname' || word === '-path')
      add(nameTest(word, args.shift() ?? ''));
    else if (word === '-type') add(typeTest(args.shift() ?? ''));
    else if (word === '-print') {
      acts = true;
      add((process, { path }) => {
        process.out(path + '\n');
        return true;
      });
    } else if (word === '-exec') {
      const end = args.findIndex((one) => one === ';' || one === '+');
      if (end < 0) return '-exec requires an argument';
      const command = args.splice(0, end + 1).slice(0, -1);
      acts = true;
      add(
        async (process, { path }) =>
          (await runOther(
            process,
            command.map((one) => one.replaceAll('{}', path)),
          )) === 0,
      );
    } else return `unrecognized: ${word}`;
  }
  return { tests, maxDepth, minDepth, acts };
}

function nameTest(option: string, pattern: string): Test {
  return (_process, { path }) => {
    const subject = option === '-path' ? path : path.slice(path.lastIndexOf('/') + 1);
    return option === '-iname'
      ? matchesPattern(pattern.toLowerCase(), subject.toLowerCase())
      : matchesPattern(pattern, subject);
  };
}

function typeTest(letter: string): Test {
  const kind = { f: 'file', d: 'directory', l: 'link', c: 'device' }[letter];
  return (process, { path }) => process.machine.files.stat(absolute(process.cwd, path))?.kind === kind;
}

function* below(process: Process, path: string, depth: number, maxDepth: number): Generator<Found, void> {
  yield { path, depth };
  const full = absolute(process.cwd, path);
  if (depth >= maxDepth || process.machine.files.stat(full)?.kind !== 'directory') return;
  for (const name of process.machine.files.list(full) ?? []) {
    yield* below(process, `${path.replace(/\/$/, '')}/${name}`, depth + 1, maxDepth);
  }
}
