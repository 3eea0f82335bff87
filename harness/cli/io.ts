import type { Palette } from '../report/text.ts';

/** Where a command writes, so that it can be tested without a process. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Columns of standard output where it is a terminal. */
  readonly columns: number | undefined;
  /** The same for standard error. */
  readonly errColumns: number | undefined;
  /** Colours for standard output; loaded only when something is coloured. */
  palette(): Promise<Palette>;
  /** Nobody reads standard output any more (`| head -1`): for what goes on until somebody ends it. */
  readonly unread: Promise<void>;
}

let lost: Error | undefined;

/** What kept standard output from being written, a reader that has gone aside. */
export const lostOutput = (): Error | undefined => lost;

export function processIo(): Io {
  const { stdout, stderr } = process;
  stderr.on('error', () => undefined); // there is nobody left to tell
  const unread = new Promise<void>((resolve) =>
    stdout.on('error', (error: NodeJS.ErrnoException) => {
      // A terminal that was closed says EIO (tty_io.c, tty_write).
      if (error.code === 'EPIPE' || (error.code === 'EIO' && stdout.isTTY)) resolve();
      else lost ??= error;
    }),
  );
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    columns: stdout.isTTY ? stdout.columns || 80 : undefined,
    errColumns: stderr.isTTY ? stderr.columns || 80 : undefined,
    palette,
    unread,
  };
}

/** Sources: no-color.org, force-color.org. A dumb terminal (terminfo(5), `dumb`) shows escape sequences as text. */
export function wantsColours(environment: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '', TERM: term } = environment;
  if (no !== '') return false;
  return force === '' ? isTerminal && term !== 'dumb' : force !== '0';
}

/** Columns of a terminal on which a line can be taken back. */
export const liveColumns = (columns: number | undefined): number | undefined =>
  process.env['TERM'] === 'dumb' ? undefined : columns;

async function palette(): Promise<Palette> {
  const { createColors } = (await import('picocolors')).default;
  const colours = createColors(wantsColours(process.env, process.stdout.isTTY));
  return {
    good: colours.green,
    bad: colours.red,
    doubt: colours.yellow,
    dim: colours.dim,
    bold: colours.bold,
  };
}
