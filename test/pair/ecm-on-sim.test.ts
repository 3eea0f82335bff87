import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../harness/core/ctx.ts';
import { climb } from '../../harness/procedures/climb.ts';
import { dial, hangUp } from '../../harness/procedures/dial.ts';
import { inMode, swapMode } from '../../harness/procedures/mode.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { onSim } from '../support/on-sim.ts';

const RIG = 'sim-mifi25-ec25';
const limits = { mode: 'ecm', registrationMs: 60_000, dialMs: 60_000 } as const;

const log = async (ctx: Ctx, rig: Rig): Promise<string> => (await rig.router.shell(ctx, 'logread')).stdout;

describe('an EC25 in ECM mode on a simulated router', () => {
  it('connects: its network device has the address that the modem tells, and netifd goes by its carrier', () =>
    onSim(RIG, async ({ ctx, rig }) => {
      expect(rig.has).toContain('modem.ecm');
      await inMode(ctx, rig, 'ecm', async () => {
        expect((await climb(ctx, rig, limits)).firstMissed).toBeUndefined();
        const { stdout } = await rig.router.shell(ctx, 'ip link show usb0; ifstatus wwan');
        expect(stdout).toContain('02:15:6f:00:00:02');
        expect(stdout).toContain('"device": "usb0"');
        const lines = await log(ctx, rig);
        for (const line of [
          "usb0: register 'cdc_ether' at usb-1b000000.usb-1.2, CDC Ethernet Device, 02:15:6f:00:00:02",
          "Interface 'wwan' is enabled",
          "Network device 'usb0' link is up",
          "Interface 'wwan' has link connectivity",
          "Interface 'wwan' is setting up now",
          "Interface 'wwan' is now up",
        ])
          expect(lines).toContain(line);
        await hangUp(ctx, rig);
        await ctx.clock.sleep(1_000, ctx.signal); // udhcpc takes its leave
        expect(await log(ctx, rig)).toMatch(
          /Interface 'wwan' is now down[^]*Interface 'wwan' is disabled[^]*Network device 'usb0' link is down/,
        );
        await dial(ctx, rig, 60_000);
        expect((await rig.router.ping(ctx, '8.8.8.8', 1)).received).toBe(1);
      });
    }));

  it('loses its interface with its bearer, and has it again when the modem has dialled', () =>
    onSim(RIG, async ({ ctx, rig, sim }) => {
      await swapMode(ctx, rig, 'ecm');
      await climb(ctx, rig, limits);
      sim.inject({ kind: 'bearer.drop' });
      await ctx.clock.sleep(2_000, ctx.signal);
      expect(await log(ctx, rig)).toContain("Interface 'wwan' has link connectivity loss");
      await ctx.clock.sleep(30_000, ctx.signal);
      expect((await rig.router.ping(ctx, '8.8.8.8', 1)).received).toBe(1);
    }));

  it('goes with the device and comes back with it', () =>
    onSim(RIG, async ({ ctx, rig }) => {
      await swapMode(ctx, rig, 'ecm');
      await climb(ctx, rig, limits);
      await rig.router.shell(ctx, 'echo 0 >/sys/bus/usb/devices/1-1.2/authorized');
      await ctx.clock.sleep(5_000, ctx.signal);
      const gone = await rig.router.shell(ctx, 'ifup wwan; ifstatus wwan');
      expect(gone.stdout).toContain('"available": false');
      expect(gone.stdout).toContain('NO_DEVICE');
      await rig.router.shell(ctx, 'echo 1 >/sys/bus/usb/devices/1-1.2/authorized');
      await ctx.clock.sleep(30_000, ctx.signal);
      expect((await rig.router.ping(ctx, '8.8.8.8', 1)).received).toBe(1);
    }));
});
