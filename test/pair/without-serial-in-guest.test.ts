import { describe, expect } from '@jest/globals';

import { openRigIn } from '../../harness/lab/open-virtual.ts';
import type { VirtualRigFile } from '../../harness/lab/rig-file.ts';
import { climb } from '../../harness/procedures/climb.ts';
import { inMode } from '../../harness/procedures/mode.ts';
import { lookAtPackages } from '../../harness/procedures/router-health.ts';
import { longTestInGuest, sharedGuest } from '../support/guest.ts';
import { rigFor } from '../support/mishaps.ts';
import { realCtx } from '../support/real-ctx.ts';

/** Drivers out of the kernel, their modules off the disk, their packages off the list. */
const WITHOUT_SERIAL = [
  'rmmod qcserial option usb_wwan',
  "find /lib/modules '(' -name 'qcserial.ko*' -o -name 'option.ko*' ')' -exec rm '{}' ';'",
  'sed -i /kmod-usb-serial/d /usr/lib/opkg/installed',
].join('; ');

describe('a kernel without a driver for the serial ports of a modem', () => {
  const guest = sharedGuest();
  longTestInGuest('WWANLAB_WITHOUT_SERIAL')(
    'connects over QMI, and says what PPP and AT would need',
    async () => {
      const ctx = realCtx();
      const file = rigFor('virtual', { title: 'a guest without qcserial' }) as VirtualRigFile;
      const whole = await openRigIn(ctx, file, guest());
      await whole.router.shell(ctx, WITHOUT_SERIAL);
      await whole.close();
      const rig = await openRigIn(ctx, file, guest());
      try {
        expect([...rig.has]).not.toContain('modem.at');
        expect([...rig.has]).not.toContain('modem.ppp');
        expect((await lookAtPackages(ctx, rig)).found).toMatch(
          /^all for qmi; ppp would need kmod-usb-serial-qualcomm.*; AT .* would need kmod-usb-serial-qualcomm/,
        );
        const limits = { mode: 'qmi', registrationMs: 60_000, dialMs: 120_000 } as const;
        const { firstMissed } = await inMode(ctx, rig, 'qmi', () => climb(ctx, rig, limits));
        expect(firstMissed).toBeUndefined();
      } finally {
        await rig.close();
      }
    },
  );
});
