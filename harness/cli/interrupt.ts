/** Ctrl-C, and the polite signals of init systems and closed terminals. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupt {
  /** Somebody wants the run to stop. */
  readonly requested: boolean;
  /** Called at the first request, and again, with `again`, if they insist. */
  onRequest(stop: ((again: boolean) => void) | undefined): void;
  dispose(): void;
}

let everRequested = false;

/** Somebody has asked this process to stop, whoever listened then. */
export const wasInterrupted = (): boolean => everRequested;

/** The first signal stops gracefully, the next one at once. */
export function watchInterrupts(target: NodeJS.EventEmitter = process): Interrupt {
  let requests = 0;
  let stop: ((again: boolean) => void) | undefined;
  const request = (): void => {
    requests++;
    everRequested = true;
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
