import { describe, expect, it } from '@jest/globals';

import { askModemCapabilities } from '../../harness/lab/assemble.ts';
import type { HarnessError } from '../../harness/core/errors.ts';
import { climb } from '../../harness/procedures/climb.ts';
import { hangUp } from '../../harness/procedures/dial.ts';
import { swapMode } from '../../harness/procedures/mode.ts';
import { onSim, type OnSim } from '../support/on-sim.ts';

describe('the modes of a router', () => {
  it.each([
    ['sim-mifi22-mc7455', ['modem.at', 'modem.ppp', 'modem.qmi']],
    ['sim-mifi25-mc7455', ['modem.at', 'modem.ppp', 'modem.qmi', 'modem.mbim']],
  ])('%s: those that it has a protocol handler for', async (rigName, modes) => {
    const asked = await onSim(rigName, ({ ctx, rig, file }) =>
      askModemCapabilities(ctx, rig, file.modem.model),
    );
    expect(asked).toEqual(modes);
  });
});

describe('a router without an interface for its modem, as OpenWrt comes', () => {
  it('is told how it gets one, and that works', async () => {
    const withLte = async ({ ctx, rig }: OnSim): Promise<void> => {
      await rig.router.ifdown(ctx, 'wwan'); // the one that it has: two can't dial
      const missing = await hangUp(ctx, rig).catch((error: unknown) => error as HarnessError);
      expect(missing).toMatchObject({ code: 'rig.no-interface' });
      const line = /wwanlab shell sim-mifi25-ec25 "([^"]+)"/.exec((missing as HarnessError).hint ?? '')?.[1];
      expect(await rig.router.shell(ctx, line ?? 'false')).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await swapMode(ctx, rig, 'ppp')).toMatchObject({ ok: true });
      expect((await climb(ctx, rig)).firstMissed).toBeUndefined();
    };
    await onSim('sim-mifi25-ec25', withLte, 'lte');
  });
});
