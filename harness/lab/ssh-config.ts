/** What somebody's ~/.ssh/config says about a host, as far as it matters here. */
export interface SshHost {
  readonly hostname?: string;
  readonly port?: string;
  readonly user?: string;
  readonly identityfile?: string;
  readonly proxyjump?: string;
}

const keywords = ['hostname', 'port', 'user', 'identityfile', 'proxyjump'] as const;

/**
 * Reads the text of an ssh_config(5) for one host: of each keyword the first value counts. `Match` other than `all` is
 * passed over: it may run programs.
 */
export function sshHost(text: string, alias: string): SshHost {
  const found: Partial<Record<(typeof keywords)[number], string>> = {};
  let applies = true;
  for (const line of text.split(/\r?\n/)) {
    const [, word = '', rest = ''] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line) ?? [];
    const value = rest.replace(/^"(.*)"$/, '$1');
    const keyword = word.toLowerCase();
    if (keyword === 'host') applies = matches(value.split(/\s+/), alias);
    else if (keyword === 'match') applies = value.toLowerCase() === 'all';
    else if (applies && isKnown(keyword)) found[keyword] ??= value.replaceAll('%h', alias);
  }
  return found;
}

const isKnown = (word: string): word is (typeof keywords)[number] =>
  (keywords as readonly string[]).includes(word);

/** One pattern has to match, and none that begins with an exclamation mark. */
function matches(patterns: readonly string[], alias: string): boolean {
  const is = (pattern: string): boolean =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      'i',
    ).test(alias);
  return patterns.some(is) && !patterns.some((pattern) => pattern.startsWith('!') && is(pattern.slice(1)));
}
