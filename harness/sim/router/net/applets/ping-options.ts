import type { Ms } from '../../../../core/units.ts';

export interface PingOptions {
  readonly host: string;
  /** 0: for ever. */
  readonly count: number;
  readonly intervalMs: Ms;
  /** `-W`: for the first reply after all requests are sent. */
  readonly waitMs: Ms | undefined;
  /** `-w` */
  readonly deadlineMs: Ms | undefined;
  /** Bytes after the ICMP header. */
  readonly size: number;
  readonly quiet: boolean;
  /** `-I` with an address. */
  readonly source: string | undefined;
}

const USAGE = `BusyBox multi-call binary.

Usage: ping [OPTIONS] HOST
`;

/** Options of busybox ping; a text is what to say on standard error before giving up with status 1. */
export function parsePingOptions(words: readonly string[]): PingOptions | string {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const hosts: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const letter = word[1] ?? '';
    if (!word.startsWith('-') || word === '-') hosts.push(word);
    else if ('cWwistI'.includes(letter)) {
      const value = word.length > 2 ? word.slice(2) : words[++i];
      if (value === undefined) return `ping: option requires an argument -- ${letter}\n${USAGE}`;
      values.set(letter, value);
    } else if (/^-[q46A]+$/.test(word)) for (const flag of word.slice(1)) flags.add(flag);
    else return `ping: unrecognized option: ${letter}\n${USAGE}`;
  }
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) return USAGE;
  const bad = [...values].find(([letter, value]) => letter !== 'I' && !(Number(value) >= 0));
  if (bad) return `ping: invalid number '${bad[1]}'\n`;
  const milliseconds = (letter: string): Ms | undefined => {
    const value = values.get(letter);
    return value === undefined ? undefined : Number(value) * 1000;
  };
  const from = values.get('I');
  return {
    host,
    count: Math.trunc(Number(values.get('c') ?? 0)),
    intervalMs: Math.max(1, milliseconds('i') ?? 1000),
    waitMs: milliseconds('W'),
    deadlineMs: milliseconds('w'),
    size: Math.trunc(Number(values.get('s') ?? 56)),
    quiet: flags.has('q'),
    source: from !== undefined && /^[\d.]+$/.test(from) ? from : undefined,
  };
}
