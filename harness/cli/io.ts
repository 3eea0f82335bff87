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
}

export function processIo(): Io {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', leaveOnBrokenPipe);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    columns: stdout.isTTY ? stdout.columns || 80 : undefined,
    errColumns: stderr.isTTY ? stderr.columns || 80 : undefined,
    palette,
  };
}

/** `wwanlab … | head`: the reader has gone, and that is no fault. */
function leaveOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function palette(): Promise<Palette> {
  const { createColors } = (await import('picocolors')).default;
  const colours = createColors(process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '');
  return {
    good: colours.green,
    bad: colours.red,
    doubt: colours.yellow,
    dim: colours.dim,
    bold: colours.bold,
  };
}
