import { throwIfAborted, type Ctx } from '../../core/ctx.ts';
import { HarnessError, messageOf } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { Console } from '../../rig/console.ts';
import type { Channel } from '../../transport/channel.ts';
import { createLineSplitter } from '../../transport/line-splitter.ts';
import { expectText, KEPT, type Audience } from './expectation.ts';

/** How often a port that has gone is looked for. */
const REOPEN_EVERY: Ms = 1_000;

/** A line without an end is a prompt: it goes to the timeline after so long a silence. */
const PROMPT_QUIET: Ms = 500;

export interface ConsoleOptions {
  readonly name: string;
  /** Opens the port; called again when it has gone away. */
  readonly open: (ctx: Ctx) => Promise<Channel>;
}

/**
 * A console that is read from now until it is closed. Each line goes to the timeline as `console`/`line`; when the port
 * goes away (an adapter that is fed by the router's supply), a `console`/`gap` says so, and it is opened anew as soon
 * as it is back.
 * @throws HarnessError `serial.…`, `socket.…` where it can't be opened at first
 */
export async function openConsole(ctx: Ctx, options: ConsoleOptions): Promise<Console> {
  const { name } = options;
  const audience: Audience = { chunks: new Set(), losses: new Set() };
  const record = createRecorder(ctx);
  const decoder = new TextDecoder('utf-8');
  let kept = '';
  const port = await keepOpen(ctx, options, {
    onBytes: (bytes) => {
      kept = (kept + decoder.decode(bytes, { stream: true })).slice(-KEPT);
      record.push(bytes);
      for (const tell of audience.chunks) tell({ bytes, atMs: ctx.clock.now() });
    },
    onLoss: (error) => {
      for (const tell of audience.losses) tell(error);
    },
  });
  return {
    name,
    recent: () => kept,
    follow: (listener) => {
      audience.chunks.add(listener);
      return () => audience.chunks.delete(listener);
    },
    write: async (c, text) => {
      throwIfAborted(c.signal);
      const channel = port.channel();
      if (!channel) throw lost(name, undefined);
      channel.write(new TextEncoder().encode(text));
    },
    expect: (c, what, pattern, limit, since = 'now') =>
      expectText(c, { name, what, pattern, limit, before: since === 'recent' ? kept : '' }, audience),
    close: async () => {
      port.close();
      record.end();
    },
  };
}

interface Port {
  /** Undefined while it is away. */
  channel(): Channel | undefined;
  close(): void;
}

/** Opens a port, and opens it anew whenever it has gone away, until it is closed. */
async function keepOpen(
  ctx: Ctx,
  { name, open }: ConsoleOptions,
  { onBytes, onLoss }: { onBytes(bytes: Uint8Array): void; onLoss(error: HarnessError): void },
): Promise<Port> {
  let channel: Channel | undefined;
  let closed = false;
  let cancel: () => void = () => undefined;
  const attach = (opened: Channel): void => {
    channel = opened;
    opened.onBytes(onBytes);
    opened.onClose((error) => {
      channel = undefined;
      if (closed) return;
      const loss = lost(name, error);
      ctx.timeline.add('console', 'gap', { name, reason: loss.message });
      onLoss(loss);
      again();
    });
  };
  const again = (): void => {
    if (!closed) cancel = ctx.clock.after(REOPEN_EVERY, reopen);
  };
  const reopen = (): void => {
    open(ctx).then((opened) => {
      if (closed) return opened.close();
      ctx.timeline.add('console', 'back', { name });
      attach(opened);
    }, again);
  };
  attach(await open(ctx));
  return {
    channel: () => channel,
    close: () => {
      closed = true;
      cancel();
      channel?.close();
    },
  };
}

/** Lines for the timeline, and prompts once nothing more comes. */
function createRecorder({ clock, timeline }: Ctx): { push(bytes: Uint8Array): void; end(): void } {
  const line = (text: string): void => void (text !== '' && timeline.add('console', 'line', { line: text }));
  let splitter = createLineSplitter(line, 4_096);
  let cancel: () => void = () => undefined;
  const flush = (): void => {
    splitter.end();
    splitter = createLineSplitter(line, 4_096);
  };
  return {
    push: (bytes) => {
      cancel();
      splitter.push(bytes);
      cancel = clock.after(PROMPT_QUIET, flush);
    },
    end: () => {
      cancel();
      flush();
    },
  };
}

const lost = (name: string, cause: HarnessError | undefined): HarnessError =>
  new HarnessError(`${name} has gone away${cause ? `: ${messageOf(cause)}` : ''}`, {
    code: 'console.lost',
    blame: 'rig',
    effect: 'unknown',
    hint: 'is the adapter plugged in? it is opened again as soon as it is back',
    cause,
  });
