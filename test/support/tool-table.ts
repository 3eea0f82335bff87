import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One call of a tool, and what its output has to have in it. */
export interface ToolCall {
  readonly models: readonly string[];
  readonly sim: string;
  /** Waits for indications, and is interrupted. */
  readonly waits: boolean;
  /** Asks the kernel's driver, not the modem. */
  readonly kernel: boolean;
  /** Seconds, not milliseconds. */
  readonly slow: boolean;
  readonly options: string;
  readonly expected: string;
}

/** A table of `test/vectors/tools`: its head says how it is written. */
function toolTable(name: string): readonly ToolCall[] {
  let section: Pick<ToolCall, 'models' | 'sim'> = { models: [], sim: '' };
  return readFileSync(new URL(`../vectors/tools/${name}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => {
      const head = /^@ (.*), (\S+)$/.exec(line);
      if (head) {
        section = { models: (head[1] ?? '').split(' '), sim: head[2] ?? '' };
        return [];
      }
      const [, mark, options = '', expected = ''] = /^([ ~^]) (.*?) =>(?: (.*))?$/.exec(line) ?? [];
      if (mark === undefined) throw new Error(`no line of a table: ${line}`);
      const waits = mark === '~';
      const slow = waits || options.includes('timeout=');
      return [{ ...section, waits, slow, kernel: mark === '^', options, expected }];
    });
}

/** The tools, each with the mode that it speaks to. */
export const toolTables = [
  { tool: 'qmicli', mode: 'qmi', table: toolTable('qmicli-1.32') },
  { tool: 'mbimcli', mode: 'mbim', table: toolTable('mbimcli-1.28') },
] as const;

/** What is asked in one go: the same modem with the same card. */
export interface ToolRound {
  readonly tool: string;
  readonly mode: 'qmi' | 'mbim';
  readonly model: string;
  readonly sim: string;
  readonly calls: readonly ToolCall[];
}

/** @param which `all`, or a model */
export function roundsOf(
  which: string,
  wanted: (call: ToolCall) => boolean = () => true,
): readonly ToolRound[] {
  return toolTables.flatMap(({ tool, mode, table }) => {
    const all = [...new Set(table.flatMap((call) => call.models))];
    const models = all.filter((model) => which === 'all' || model === which);
    const sims = [...new Set(table.map(({ sim }) => sim))];
    return models
      .flatMap((model) => sims.map((sim) => ({ model, sim })))
      .map(({ model, sim }) => {
        const calls = table.filter((call) => call.models.includes(model) && call.sim === sim && wanted(call));
        return { tool, mode, model, sim, calls };
      })
      .filter(({ calls }) => calls.length > 0);
  });
}

/** Options of the tool on this machine that ask a modem something: those that start with these words. */
export function optionsOf(tool: string, words: RegExp): readonly string[] {
  const help = execFileSync(tool, ['--help-all'], { encoding: 'utf8' });
  const all = Array.from(help.matchAll(/^ +(?:-\w, )?(--[a-z0-9-]+)/gm), ([, option = '']) => option);
  return all.filter((option) => words.test(option));
}

/** Output lines that no answer of a sane modem leads to. */
const NONSENSE = /couldn't parse|malformed|CID unavailable|timed out|truncated|assertion|Segmentation/i;
const HUNG = 124;

/** How a tool is started. */
export interface ToolStart {
  readonly tool: string;
  readonly device: string;
  /** Seconds that a call that waits for indications gets. */
  readonly patience: number;
}

/**
 * A shell script that makes these calls one after the other. `$CID` and `$HANDLE` in a call are those of the last output
 * that named them.
 */
export function toolScript({ tool, device, patience }: ToolStart, calls: readonly ToolCall[]): string {
  const lines = calls.map(({ options, waits }, at) => {
    const words = options.split(' ').map((word) => (word.includes('$') ? `"${word}"` : `'${word}'`));
    return `call ${at} ${waits ? patience : 30} ${words.join(' ')}`;
  });
  return `
call() {
  number=$1; limit=$2; shift 2
  output=$(timeout $limit ${tool} -d ${device} "$@" 2>&1); status=$?
  id=$(echo "$output" | sed -n "s/^[[:space:]]*CID: '\\([0-9]*\\)'.*/\\1/p"); [ -z "$id" ] || CID=$id
  handle=$(echo "$output" | sed -n "s/.*data handle: '\\([0-9]*\\)'.*/\\1/p"); [ -z "$handle" ] || HANDLE=$handle
  echo "### $number $status"; echo "$output"
}
${lines.join('\n')}`;
}

/** What is wrong with what the script printed; nothing, if all is well. */
export function toolFailures(calls: readonly ToolCall[], printed: string): readonly string[] {
  const outputs = new Map(
    Array.from(
      printed.matchAll(/^### (\d+) (\d+)\n([\s\S]*?)(?=^### |$(?![\s\S]))/gm),
      ([, number, status, text = '']) => [Number(number), { status: Number(status), text }],
    ),
  );
  return calls.flatMap(({ options, expected, waits }, at) => {
    const output = outputs.get(at);
    if (!output) return [`${options}: never ran`];
    const hung = output.status === HUNG && !waits;
    if (!hung && !NONSENSE.test(output.text) && output.text.includes(expected)) return [];
    return [`${options}: ${hung ? 'hung' : `not "${expected}" but`} ${output.text.trim()}`];
  });
}
