import type { Clock } from '../../../../../core/clock.ts';
import { getTime } from '../../../../../protocols/qmi/dms/operation.ts';
import { handle, type QmiHandler } from '../handler.ts';

/** 6 January 1980, 00:00 UTC, in milliseconds of Unix time. */
const GPS_EPOCH_MS = 315_964_800_000;

/** The modem's clock as the network has set it. */
export function timeHandlers(clock: Clock): readonly QmiHandler[] {
  return [
    handle(getTime, () => {
      const milliseconds = clock.wall().getTime() - GPS_EPOCH_MS;
      const now = BigInt(Math.max(0, Math.floor(milliseconds)));
      // The count runs in steps of 1.25 ms.
      return {
        values: { device: { count: (now * 4n) / 5n, source: 'device' as const }, system: now, user: now },
      };
    }),
  ];
}
