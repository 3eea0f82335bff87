import { absolute } from '../files.ts';
import type { Applet, Input, Process } from '../machine.ts';
import { openInputs } from './inputs.ts';
import { parseOptions } from './options.ts';

/** Source: busybox coreutils/head.c. It stops reading after its last line. */
export const head: Applet = async (process) => {
  const options = parseOptions(withCount(process), 'n:c:qv', '[OPTIONS] [FILE]...');
  if (!options) return 1;
  let status = 0;
  let first = true;
  for await (const { name, input } of openInputs(process, options.operands, () => (status = 1))) {
    if (options.operands.length > 1 && !options.has('q'))
      process.out(`${first ? '' : '\n'}==> ${name} <==\n`);
    first = false;
    const bytes = options.value('c');
    if (bytes !== undefined) process.out((await input.readAll()).subarray(0, Number(bytes)));
    else await firstLines(process, input, Number(options.value('n') ?? 10));
  }
  return status;
};

async function firstLines(process: Process, input: Input, count: number): Promise<void> {
  if (count < 0) {
    const lines = await allLines(input);
    for (const line of lines.slice(0, count)) process.out(line + '\n');
    return;
  }
  if (count === 0) return;
  let left = count;
  for await (const line of input.lines()) {
    process.out(line + '\n');
    if (--left <= 0) return;
  }
}

/** Source: busybox coreutils/tail.c; -f looks at the file once a second. */
export const tail: Applet = async (process) => {
  const options = parseOptions(withCount(process), 'fFn:c:qvs:', '[OPTIONS] [FILE]...');
  if (!options) return 1;
  const wanted = options.value('n') ?? '10';
  let status = 0;
  for await (const { input } of openInputs(process, options.operands, () => (status = 1))) {
    const bytes = options.value('c');
    if (bytes !== undefined) {
      const all = await input.readAll();
      process.out(bytes.startsWith('+') ? all.subarray(Number(bytes) - 1) : all.subarray(-Number(bytes)));
      continue;
    }
    const lines = await allLines(input);
    const count = Math.abs(Number(wanted));
    const last = wanted.startsWith('+') ? lines.slice(count - 1) : count === 0 ? [] : lines.slice(-count);
    if (last.length > 0) process.out(last.join('\n') + '\n');
  }
  const followed = options.operands.at(-1);
  if (followed !== undefined && (options.has('f') || options.has('F'))) await follow(process, followed);
  return status;
};

async function follow(process: Process, name: string): Promise<void> {
  const { files, clock } = process.machine;
  const path = absolute(process.cwd, name);
  let seen = files.read(path)?.length ?? 0;
  for (;;) {
    await clock.sleep(1_000, process.signal);
    const content = files.read(path);
    if (!content) continue;
    if (content.length < seen) seen = 0;
    if (content.length > seen) process.out(content.subarray(seen));
    seen = content.length;
  }
}

async function allLines(input: Input): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of input.lines()) lines.push(line);
  return lines;
}

/** `head -5` is `head -n 5`. */
function withCount(process: Process): Process {
  return {
    ...process,
    argv: process.argv.flatMap((word) => (/^-\d+$/.test(word) ? ['-n', word.slice(1)] : [word])),
  };
}
