import { runCommand, type ControlAnswer } from '../lab/modem-commands.ts';
import type { ServedModem } from '../lab/modem-serve.ts';
import type { Redact } from '../core/redact.ts';
import { createLineSplitter } from '../transport/line-splitter.ts';
import { listenSocket } from '../transport/listen.ts';
import { parseSocketAddress } from '../transport/socket.ts';
import type { Io } from './io.ts';

/** Where commands come from, besides signals. */
export interface Control {
  /** Resolves when standard input ends, if that is where they come from. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface ControlParts {
  readonly served: ServedModem;
  readonly io: Io;
  readonly json: boolean;
  readonly redact: Redact;
}

/** Longest line that is read, characters. */
const MAX_LINE = 4_096;

const never = new Promise<void>(() => undefined);

/**
 * @param where a path for a unix socket, `-` for standard input, or undefined for neither
 * @throws HarnessError `socket.…`
 */
export async function openControl(where: string | undefined, parts: ControlParts): Promise<Control> {
  if (where === undefined) return { ended: never, close: () => Promise.resolve() };
  return where === '-' ? openStandardInput(parts) : openSocket(where, parts);
}

function openStandardInput(parts: ControlParts): Control {
  const { stdin } = process;
  const lines = createLineSplitter((line) => answer(line, parts, parts.io.out), MAX_LINE);
  const ended = new Promise<void>((resolve) => {
    stdin.on('data', (bytes: Buffer) => lines.push(bytes));
    stdin.once('end', () => {
      lines.end();
      resolve();
    });
  });
  return {
    ended,
    close: () => {
      stdin.removeAllListeners('data');
      stdin.pause();
      return Promise.resolve();
    },
  };
}

async function openSocket(path: string, parts: ControlParts): Promise<Control> {
  const open = new Set<{ close(): void }>();
  const listener = await listenSocket(parseSocketAddress(`unix:${path}`), (channel) => {
    open.add(channel);
    const say = (text: string): void => channel.write(Buffer.from(text));
    const lines = createLineSplitter((line) => answer(line, parts, say), MAX_LINE);
    channel.onClose(() => open.delete(channel));
    channel.onBytes((bytes) => lines.push(bytes));
  });
  return {
    ended: never,
    close: async () => {
      for (const channel of open) channel.close();
      await listener.close();
    },
  };
}

function answer(line: string, { served, json, redact }: ControlParts, say: (text: string) => void): void {
  if (line.trim() === '') return;
  const found = runCommand(served, line);
  say(redact(json ? `${JSON.stringify(found)}\n` : textOf(found)));
}

function textOf(found: ControlAnswer): string {
  if (found.ok) return [`ok ${found.text}\n`, ...(found.lines ?? []).map((line) => `  ${line}\n`)].join('');
  return `error ${found.text}${found.hint === undefined ? '' : ` (${found.hint})`}\n`;
}
