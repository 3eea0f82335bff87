import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import type { ExecResult } from '../../rig/router.ts';
import type { UciChanges, UciSection, UciValue } from '../../rig/uci.ts';
import { commandFailed, mustSucceed, notKept, troubleIn, unexpectedOutput } from './errors.ts';
import { quoteWord, quoteWords } from './quote.ts';
import { itemsOf, parseUci } from './uci-text.ts';
import type { Shell } from './upload.ts';

/** The value of `network.wan.proto`; the items of a list with blanks between them; undefined where there is none. */
export async function uciGet(ctx: Ctx, shell: Shell, path: string): Promise<string | undefined> {
  const result = await shell(ctx, `uci -q get ${quoteWord(path)}`);
  if (result.exitCode === 1) return undefined;
  return mustSucceed(result).stdout.replace(/\n$/, '');
}

/** All of /etc/config/NAME with what is staged; undefined where there is no such file. */
export async function uciSections(
  ctx: Ctx,
  shell: Shell,
  name: string,
): Promise<readonly UciSection[] | undefined> {
  const result = await shell(ctx, `uci export ${quoteWord(name)}`);
  if (result.exitCode === 1 && /Entry not found/.test(result.stderr)) return undefined;
  return parseUci(mustSucceed(result).stdout);
}

/** Our own exit status: uci refused a line. */
const REFUSED = 91;

/**
 * Stages all changes in one `uci batch`, and commits the files that they are in unless told not to. Where one is
 * refused, nothing is committed, and what was staged in these files is dropped.
 * @throws HarnessError `openwrt.uci-refused` with uci's own words; `openwrt.command-failed` where it can't be committed;
 * `openwrt.full`, `openwrt.not-kept` where it is not there afterwards
 */
export async function uciSet(
  ctx: Ctx,
  shell: Shell,
  changes: UciChanges,
  commit: 'commit' | 'stage' = 'commit',
): Promise<void> {
  const entries = Object.entries(changes);
  if (entries.length === 0) return;
  const files = [...new Set(entries.map(([path]) => fileOf(path)))];
  // A list is written anew, and what is not there can't be deleted: neither is a fault.
  const gone = entries.filter(([, value]) => value === undefined || typeof value !== 'string');
  const lines = entries.flatMap(([path, value]) => linesFor(path, value));
  const script = [
    ...(gone.length === 0
      ? []
      : [`for path in ${gone.map(([path]) => quoteWord(path)).join(' ')}; do uci -q delete "$path"; done`]),
    batch(files),
    ...(commit === 'commit' ? files.map((file) => `uci commit ${quoteWord(file)} || exit`) : []),
    readBack(entries),
  ].join('\n');
  const result = await shell(ctx, script, { stdin: Buffer.from(lines.join('')) });
  mustBeThere(files, entries, mustBeTaken(files, result));
}

/**
 * Adds a section without a name, and commits it.
 * @returns the name that uci gave it: `cfg0a1b2c`
 */
export async function uciAdd(
  ctx: Ctx,
  shell: Shell,
  file: string,
  type: string,
  options: Readonly<Record<string, UciValue>>,
): Promise<string> {
  const entries = Object.entries(options).map(
    ([name, value]) => [`${file}.@${type}[-1].${name}`, value] as const,
  );
  const lines = entries.flatMap(([path, value]) => linesFor(path, value));
  const script = [
    `uci add ${quoteWords([file, type])} || exit ${REFUSED}`,
    batch([file]),
    `uci commit ${quoteWord(file)} || exit`,
    readBack(entries),
  ].join('\n');
  const result = mustBeTaken([file], await shell(ctx, script, { stdin: Buffer.from(lines.join('')) }));
  mustBeThere([file], entries, result);
  const name = /^\w+/.exec(result.stdout)?.[0];
  if (name === undefined) throw unexpectedOutput('uci add', result.stdout, 'the name of the new section');
  return name;
}

export async function uciCommit(ctx: Ctx, shell: Shell, file: string): Promise<void> {
  mustSucceed(await shell(ctx, `uci commit ${quoteWord(file)}`));
}

/** Drops what is staged in a file; in one that is not there, nothing is. */
export async function uciRevert(ctx: Ctx, shell: Shell, file: string): Promise<void> {
  const path = quoteWord(`/etc/config/${file}`);
  mustSucceed(await shell(ctx, `[ ! -e ${path} ] || uci revert ${quoteWord(file)}`));
}

export const fileOf = (path: string): string => path.split('.', 1)[0] as string;

/** `uci batch` reads standard input and ends with 0 whatever it was told: what it complains of is all there is. */
const batch = (files: readonly string[]): string => {
  const drop = files.map((file) => `uci -q revert ${quoteWord(file)}`).join('; ');
  return `said=$(uci batch 2>&1); [ -z "$said" ] || { ${drop}; echo "$said" >&2; exit ${REFUSED}; }`;
};

type Entry = readonly [path: string, value: UciValue | undefined];

/** Between what was read back: no value is that. */
const MARK = '----wwanlab';

/**
 * uci does not look whether its files could be written, neither what is staged in /tmp nor what is committed (libuci,
 * uci_close_stream), and ends with 0: each value is asked for. Secrets are among them, which no command line may have.
 */
const readBack = (entries: readonly Entry[]): string =>
  [
    `for path in ${entries.map(([path]) => quoteWord(path)).join(' ')}; do echo ${MARK}; uci -q get "$path"; done`,
    // A root in memory (initramfs) is in no list of df.
    `echo ${MARK}; df -k /tmp /etc/config 2>/dev/null || true`,
  ].join('\n');

/** @throws HarnessError `openwrt.full`, `openwrt.not-kept` */
function mustBeThere(files: readonly string[], entries: readonly Entry[], { stdout }: ExecResult): void {
  const [, ...found] = stdout.split(`${MARK}\n`);
  const lost = entries.some(([, value = ''], index) => {
    const expected = itemsOf(value).join(' ').replace(/\n+$/, '');
    return isPlain(value) && found[index]?.replace(/\n+$/, '') !== expected;
  });
  if (lost) throw notKept(files, found.at(-1) ?? '');
}

/** Releases differ in how they show items with blanks in them. */
const isPlain = (value: UciValue): boolean =>
  typeof value === 'string' || value.every((item) => /^[^\s']+$/.test(item));

/** Lines of `uci batch`, whose quotes are those of a shell. */
function linesFor(path: string, value: UciValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string'
    ? [`set ${quoteWord(`${path}=${value}`)}\n`]
    : value.map((item) => `add_list ${quoteWord(`${path}=${item}`)}\n`);
}

function mustBeTaken(files: readonly string[], result: ExecResult): ExecResult {
  if (result.exitCode === 0) return result;
  if (result.exitCode !== REFUSED || troubleIn(result.stderr))
    throw commandFailed({ ...result, command: `uci commit ${files.join(' ')}` });
  throw new HarnessError(`uci refuses a change of ${files.join(', ')}: ${result.stderr.trim()}`, {
    code: 'openwrt.uci-refused',
    blame: 'test',
    effect: 'none',
    hint: 'is the section there, and are names made of letters, digits and _ alone?',
  });
}
