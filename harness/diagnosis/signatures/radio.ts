import type { LogLine } from '../log.ts';
import type { Scene } from '../scene.ts';
import { cause, type Match, type Signature } from '../signature.ts';

/** Below these a link is at risk (E-UTRA, TS 36.133): not proof that it breaks. */
const WEAK: readonly (readonly [RegExp, number])[] = [
  [/\bRSRP(?: \(dBm\))?["':= ]+(-\d+(?:\.\d+)?)/i, -120],
  [/\b(?:SINR|SNR)(?: \(dB\))?["':= ]+(-?\d+(?:\.\d+)?)/i, -3],
  [/\bRSRQ(?: \(dB\))?["':= ]+(-\d+(?:\.\d+)?)/i, -18],
];

function weak(scene: Scene): Match | undefined {
  const evidence: LogLine[] = scene.lines.filter((line) =>
    WEAK.some(([pattern, limit]) => {
      const value = pattern.exec(line.text)?.[1];
      return value !== undefined && Number(value) < limit && Number(value) > -200;
    }),
  );
  return evidence.length > 0 ? { evidence, confidence: 'possible' } : undefined;
}

/** Signal. */
export const radio: readonly Signature[] = [
  {
    fault: 'F63',
    title: 'the radio signal is weak or disturbed',
    rung: 'S6',
    settles: false,
    role: 'circumstance',
    causes: [
      cause(
        'antenna',
        'RxM against RxD in AT!GSTATUS?: a difference of 20 dB means one antenna is off',
        'connect both, another place',
      ),
      cause('congestion or interference', 'the same hour on another day, another band', 'lock a better band'),
    ],
    match: weak,
  },
];
