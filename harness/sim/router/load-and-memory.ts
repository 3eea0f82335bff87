/** 1, 5 and 15 minutes: high while booting, then idle. */
export function loadAverage(uptimeMs: number): readonly [number, number, number] {
  const decay = (over: number): number => 0.04 + 1.2 * Math.exp(-uptimeMs / (over * 60_000));
  return [decay(1), decay(5) * 0.8, decay(15) * 0.5];
}

export interface Memory {
  readonly total: number;
  readonly free: number;
  readonly buffers: number;
  readonly cached: number;
  readonly shared: number;
  readonly available: number;
}

/** Kilobytes; a router at rest. */
export function memoryOf(total: number): Memory {
  const part = (fraction: number): number => Math.floor(total * fraction);
  return {
    total,
    free: part(0.46),
    buffers: part(0.05),
    cached: part(0.14),
    shared: part(0.005),
    available: part(0.55),
  };
}
