import type { Duplex } from 'node:stream';

import { createLineSplitter } from '../../transport/line-splitter.ts';
import { virtualError } from '../errors.ts';

/** QEMU's control connection (QMP): JSON, one object a line. Source: QEMU docs/interop/qmp-spec.txt. */
export interface Qmp {
  /** @throws HarnessError `virtual.qemu-refused` with QEMU's own words, `virtual.qemu-gone` when it has ended */
  execute(command: string, args?: object): Promise<unknown>;
  /** Calls back for each event, until the connection ends. */
  onEvent(listener: (event: string, data: unknown) => void): void;
}

interface Message {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
  readonly event?: string;
  readonly data?: unknown;
  readonly id?: number;
}

interface Waiting {
  readonly command: string;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Speaks QMP on a connection that QEMU has just made. Commands before its greeting wait for it. */
export function createQmp(stream: Duplex): Qmp {
  const waiting = new Map<number, Waiting>();
  const listeners: ((event: string, data: unknown) => void)[] = [];
  let last = 0;
  let gone = false;

  const execute = (command: string, args?: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (gone) return reject(qemuGone(command));
      const id = ++last;
      waiting.set(id, { command, resolve, reject });
      stream.write(
        `${JSON.stringify({ execute: command, ...(args === undefined ? {} : { arguments: args }), id })}\n`,
      );
    });

  const take = (message: Message): void => {
    if (message.event !== undefined) {
      for (const listener of listeners) listener(message.event, message.data);
      return;
    }
    const asked = waiting.get(message.id ?? 0);
    if (!asked) return;
    waiting.delete(message.id ?? 0);
    if (message.error) asked.reject(refused(asked.command, message.error.desc));
    else asked.resolve(message.return);
  };

  const lines = createLineSplitter((line) => {
    const message = parse(line);
    if (message) take(message);
  });
  const end = (): void => {
    gone = true;
    for (const { command, reject } of waiting.values()) reject(qemuGone(command));
    waiting.clear();
  };
  stream.on('data', (bytes: Uint8Array) => lines.push(bytes));
  stream.on('error', end);
  stream.on('close', end);
  // QEMU takes nothing else before this, and answers in the order in which it was asked.
  execute('qmp_capabilities').catch(() => undefined);
  return { execute, onEvent: (listener) => void listeners.push(listener) };
}

function parse(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}

const refused = (command: string, text: string): Error =>
  virtualError('qemu-refused', `QEMU refuses ${command}: ${text}`, 'type: wwanlab virtual setup --check');

const qemuGone = (command: string): Error =>
  virtualError(
    'qemu-gone',
    `QEMU ended before it answered ${command}`,
    'run it again; is there memory left?',
  );
