import { noColours } from '../../../harness/report/text.ts';
import type { Io } from '../../../harness/cli/io.ts';
import type { Arguments } from '../../../harness/cli/spec.ts';

/** An Io in a pipe that keeps what is written. */
export function memoryIo(): Io & { readonly written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  return {
    written,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    columns: undefined,
    errColumns: undefined,
    palette: () => Promise.resolve(noColours),
    unread: new Promise(() => undefined),
  };
}

/** Arguments as parse.ts would give them. */
export function argumentsOf(
  positionals: readonly string[],
  options: Readonly<Record<string, readonly string[] | true>> = {},
): Arguments {
  const texts = (name: string): readonly string[] => {
    const value = options[name];
    return value === undefined || value === true ? [] : value;
  };
  return { positionals, flag: (name) => options[name] === true, text: (name) => texts(name)[0], texts };
}
