/** The rungs between a dark box and a link that holds. A diagnosis names the first one that was not reached. */
export const rungs = {
  S0: 'power',
  S1: 'USB enumeration',
  S2: 'driver bound',
  S3: 'control channel answers',
  S4: 'SIM ready',
  S5: 'radio on',
  S6: 'registered',
  S7: 'attached, bearer up',
  S8: 'IP configured',
  S9: 'traffic',
  S10: 'holding',
} as const;

export type Rung = keyof typeof rungs;

/** `S7 (attached, bearer up)` */
export function describeRung(rung: Rung): string {
  return `${rung} (${rungs[rung]})`;
}
