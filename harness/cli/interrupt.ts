import { isHarnessError, type HarnessError } from '../core/errors.ts';

/** Ctrl-C, and the polite signals of init systems and closed terminals. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupt {
  /** Somebody wants the run to stop. */
  readonly requested: boolean;
  /** Called at the first request, and again, with `again`, if they insist. */
  onRequest(stop: ((again: boolean) => void) | undefined): void;
  dispose(): void;
}

/** Exit code of what did not come to its end because of a signal: in the end it dies of that one. */
export const INTERRUPTED = 130;

/** Somebody wanted it to end, which says nothing of the rig. */
export const isInterrupt = (error: unknown): error is HarnessError & { readonly code: 'run.interrupted' } =>
  isHarnessError(error) && error.code === 'run.interrupted';

let first: NodeJS.Signals | undefined;

/** What somebody has asked this process to stop with, whoever listened then. */
export const interruptedBy = (): NodeJS.Signals | undefined => first;

/**
 * Ends this process as one that never heard of signals would: a shell sees 128 and the signal's number (130, 143), and a
 * loop around us ends with us. Source: "Proper handling of SIGINT/SIGQUIT", cons.org/cracauer/sigint.html.
 */
export function dieOf(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** The first signal stops gracefully, the next one at once. */
export function watchInterrupts(target: NodeJS.EventEmitter = process): Interrupt {
  let requests = 0;
  let stop: ((again: boolean) => void) | undefined;
  const request = (signal: NodeJS.Signals): void => {
    requests++;
    first ??= signal;
    stop?.(requests > 1);
  };
  for (const signal of SIGNALS) target.on(signal, request);
  return {
    get requested() {
      return requests > 0;
    },
    onRequest: (f) => {
      stop = f;
      if (requests > 0) f?.(requests > 1);
    },
    dispose: () => {
      for (const signal of SIGNALS) target.off(signal, request);
    },
  };
}

/** A signal that the first request aborts with this reason; whoever insists ends the process at once. */
export function abortOnInterrupt(
  reason: () => HarnessError,
): Pick<Interrupt, 'dispose'> & { readonly signal: AbortSignal } {
  const stop = new AbortController();
  const interrupt = watchInterrupts();
  interrupt.onRequest((again) => (again ? dieOf('SIGINT') : stop.abort(reason())));
  return { signal: stop.signal, dispose: () => interrupt.dispose() };
}
