import { beforeAll, describe, expect } from '@jest/globals';

import { endure } from '../support/endurance.ts';
import { ensureGuest, itInGuest } from '../support/guest.ts';
import { realCtx } from '../support/real-ctx.ts';

/** Each takes some seconds; 200 of each is an hour. */
const UNPLUGS = Number(process.env['WWANLAB_UNPLUGS'] ?? 2);
const SWAPS = Number(process.env['WWANLAB_SWAPS'] ?? 1);
const EACH = 180_000;
/** A collector that has not come by yet. */
const SLACK_MIB = 25;

beforeAll(ensureGuest);

describe('an emulated modem in a real kernel', () => {
  itInGuest(
    `comes back after each of ${UNPLUGS} unplugs and ${SWAPS} changes of composition, and nothing is left of any`,
    async () => {
      const { before, after } = await endure(realCtx(), { unplugs: UNPLUGS, swaps: SWAPS });
      expect(after.handles).toBeLessThanOrEqual(before.handles);
      expect(after.guestProcesses).toEqual(before.guestProcesses);
      expect(after.rssMiB).toBeLessThanOrEqual(before.rssMiB + SLACK_MIB);
      expect(after.guestNodes).toBe(4);
    },
    (UNPLUGS + SWAPS + 4) * EACH,
  );
});
