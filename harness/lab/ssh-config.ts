import { basename, dirname, isAbsolute, join } from 'node:path';
import { readdirSync, readFileSync } from 'node:fs';

import { thisUser } from '../local/user.ts';

/** What somebody's ~/.ssh/config says about a host, as far as it matters here. */
export interface SshHost {
  readonly hostname?: string;
  readonly port?: string;
  readonly user?: string;
  readonly proxyjump?: string;
  readonly proxycommand?: string;
  readonly identityagent?: string;
  /** All that are named, in order. */
  readonly identityfile?: readonly string[];
}

/** Of each the first value counts. */
const SINGLE = ['hostname', 'port', 'user', 'proxyjump', 'proxycommand', 'identityagent'] as const;

export const sshHome = (): string => thisUser().home;

/**
 * Reads ~/.ssh/config, and what it includes, for one host.
 * @param user who logs in, where somebody said so elsewhere: `Match user` asks for it
 */
export function readSshHost(alias: string, user?: string): SshHost {
  const folder = join(sshHome(), '.ssh');
  const config = textOf(join(folder, 'config')) ?? ''; // most have none
  return sshHost(config, alias, user, (pattern) => includedTexts(folder, pattern));
}

type Found = { -readonly [K in keyof SshHost]: SshHost[K] };

/**
 * Reads the text of an ssh_config(5) for one host. `Match` that asks for more than names of hosts and users is passed
 * over: it may run programs.
 */
export function sshHost(
  text: string,
  alias: string,
  user?: string,
  included: (pattern: string) => readonly string[] = () => [],
): SshHost {
  const found: Found = {};
  readInto(found, text, true, { alias, user, included, depth: 0 });
  return withTokens(found, alias, user);
}

interface Reading {
  readonly alias: string;
  readonly user: string | undefined;
  readonly included: (pattern: string) => readonly string[];
  readonly depth: number;
}

/** OpenSSH's own limit (READCONF_MAX_DEPTH). */
const DEEPEST = 16;

function readInto(found: Found, text: string, outer: boolean, reading: Reading): void {
  let applies = outer;
  for (const line of text.split(/\r?\n/)) {
    const [, word = '', rest = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
    const keyword = word.toLowerCase();
    const words = wordsOf(rest);
    if (keyword === 'host') applies = outer && matches(words, reading.alias);
    else if (keyword === 'match') applies = outer && isMatch(words, found, reading);
    else if (keyword === 'include' && applies && reading.depth < DEEPEST) {
      for (const one of words.flatMap(reading.included))
        readInto(found, one, true, { ...reading, depth: reading.depth + 1 });
    } else if (applies) take(found, keyword, rest, words);
  }
}

function take(found: Found, keyword: string, rest: string, [value]: readonly string[]): void {
  if (value === undefined) return;
  if (keyword === 'identityfile') found.identityfile = [...(found.identityfile ?? []), value];
  // A command goes on to the end of its line.
  else if (keyword === 'proxycommand') found.proxycommand ??= rest;
  else if (isSingle(keyword)) found[keyword] ??= value;
}

const isSingle = (word: string): word is (typeof SINGLE)[number] =>
  (SINGLE as readonly string[]).includes(word);

/** Quoted words may have blanks; a comment ends the line. */
function wordsOf(rest: string): readonly string[] {
  const words = Array.from(rest.matchAll(/"([^"]*)"|#.*|[^\s"]+/g), ([all, quoted]) => quoted ?? all);
  const comment = words.findIndex((word) => word.startsWith('#'));
  return comment < 0 ? words : words.slice(0, comment);
}

/** All criteria have to hold. What is none of hosts and users does not. */
function isMatch(words: readonly string[], found: Found, { alias, user }: Reading): boolean {
  const tests: Readonly<Record<string, string>> = {
    host: (found.hostname ?? alias).replaceAll('%h', alias),
    originalhost: alias,
    user: user ?? found.user ?? thisUser().name,
    localuser: thisUser().name,
  };
  for (let at = 0; at < words.length; at++) {
    const [, not = '', name = '', value] = /^(!?)([a-z]+)(?:=(.*))?$/i.exec(words[at] as string) ?? [];
    if (name.toLowerCase() === 'all') continue;
    const tested = tests[name.toLowerCase()];
    if (tested === undefined) return false;
    const patterns = (value ?? words[++at] ?? '').split(',');
    if (matches(patterns, tested) === (not === '!')) return false;
  }
  return words.length > 0;
}

/** One pattern has to match, and none that begins with an exclamation mark. */
function matches(patterns: readonly string[], name: string): boolean {
  const is = (pattern: string): boolean => glob(pattern, 'i').test(name);
  return patterns.some(is) && !patterns.some((pattern) => pattern.startsWith('!') && is(pattern.slice(1)));
}

const glob = (pattern: string, flags = ''): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    flags,
  );

/** ssh_config(5), TOKENS and ENVIRONMENT VARIABLES. */
function withTokens(found: Found, alias: string, given: string | undefined): SshHost {
  const local = thisUser().name;
  const hostname = found.hostname?.replaceAll(/%([%h])/g, (_, token) => (token === 'h' ? alias : '%'));
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: sshHome(),
    h: hostname ?? alias,
    n: alias,
    p: found.port ?? '22',
    r: given ?? found.user ?? local,
    u: local,
  };
  const expand = (text: string): string =>
    text
      .replaceAll(/%(.)/g, (all, token: string) => tokens[token] ?? all)
      .replaceAll(/\$\{(\w+)\}/g, (all, name: string) => process.env[name] ?? all);
  const file = (path: string): string => expand(path).replace(/^~(?=\/)/, sshHome());
  return {
    ...found,
    ...(hostname === undefined ? {} : { hostname }),
    ...(found.proxyjump === undefined ? {} : { proxyjump: expand(found.proxyjump) }),
    ...(found.identityagent === undefined ? {} : { identityagent: file(found.identityagent) }),
    ...(found.identityfile === undefined ? {} : { identityfile: found.identityfile.map(file) }),
  };
}

/** The texts of files that a pattern of `Include` names, in the order of their names. */
function includedTexts(folder: string, pattern: string): readonly string[] {
  const path = pattern.replace(/^~(?=\/)/, sshHome());
  const whole = isAbsolute(path) ? path : join(folder, path);
  const name = glob(basename(whole));
  try {
    return readdirSync(dirname(whole))
      .filter((entry) => name.test(entry) && (!entry.startsWith('.') || basename(whole).startsWith('.')))
      .toSorted()
      .flatMap((entry) => textOf(join(dirname(whole), entry)) ?? []);
  } catch {
    return []; // there is no such folder
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
