import { HarnessError, isHarnessError } from '../../core/errors.ts';

/** Numbers of the signals that the router's programs send each other. Source: Linux, asm-generic/signal.h. */
export const signals = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CONT: 18,
  STOP: 19,
} as const;

export type SignalName = keyof typeof signals;

/** The reason with which a process's AbortSignal aborts: `data.signal` is the number. */
export function killedBy(signal: number): HarnessError {
  return new HarnessError(`killed by signal ${signal}`, {
    code: 'sim.killed',
    blame: 'harness',
    effect: 'none',
    data: { signal },
  });
}

/** The shell's status for a process that was ended by its signal: 128 + number. */
export function statusOfKilled(signal: AbortSignal): number {
  const reason: unknown = signal.reason;
  const number = isHarnessError(reason)
    ? (reason.data as { signal?: number } | undefined)?.signal
    : undefined;
  return 128 + (number ?? signals.TERM);
}

/** `TERM`, `SIGTERM`, `15` -> 15; undefined: no such signal. */
export function signalNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const name = text.toUpperCase().replace(/^SIG/, '');
  return name in signals ? signals[name as SignalName] : undefined;
}

/** An AbortController that also aborts with `parent`; `release` lets go of the parent. */
export function childOf(parent: AbortSignal): {
  readonly controller: AbortController;
  readonly release: () => void;
} {
  const controller = new AbortController();
  const abort = (): void => controller.abort(parent.reason);
  if (parent.aborted) abort();
  else parent.addEventListener('abort', abort, { once: true });
  return { controller, release: () => parent.removeEventListener('abort', abort) };
}
