import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

import { askModemCapabilities, assemble } from '../../harness/lab/assemble.ts';
import { loadRigFile, type SimRigFile } from '../../harness/lab/rig-file.ts';
import { createSimRig } from '../../harness/lab/sim-rig.ts';
import type { Ctx } from '../../harness/core/ctx.ts';
import type { HarnessError } from '../../harness/core/errors.ts';
import { climb } from '../../harness/procedures/climb.ts';
import { hangUp } from '../../harness/procedures/dial.ts';
import { swapMode } from '../../harness/procedures/mode.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { connectSsh } from '../../harness/transport/ssh.ts';
import { testCtx } from '../support/ctx.ts';
import { projectRoot } from '../support/sources.ts';

/** A rig of the catalogue, with an interface that it may not have. */
async function onSim<T>(
  rigName: string,
  interfaceName: string | undefined,
  body: (ctx: Ctx, rig: Rig, file: SimRigFile) => Promise<T>,
): Promise<T> {
  const { drive } = testCtx();
  return drive(async (ctx) => {
    const file = loadRigFile(join(projectRoot, `rigs/${rigName}.rig.yaml`));
    if (file.kind !== 'sim') throw new Error('expected a simulated rig');
    const sim = createSimRig(ctx, file);
    const login = { name: file.id, user: 'root', password: file.router.password ?? '' };
    const rig = await assemble(
      ctx,
      file,
      (c) => connectSsh(c, { ...login, hostKey: sim.hostKeyFingerprint, socket: sim.connect() }),
      { interfaceName: interfaceName ?? sim.interfaceName, has: [] },
    );
    try {
      return await body(ctx, rig, file);
    } finally {
      await rig.close();
      sim.close();
    }
  });
}

describe('the modes of a router', () => {
  it.each([
    ['sim-mifi22-mc7455', ['modem.at', 'modem.ppp', 'modem.qmi']],
    ['sim-mifi25-mc7455', ['modem.at', 'modem.ppp', 'modem.qmi', 'modem.mbim']],
  ])('%s: those that it has a protocol handler for', async (rigName, modes) => {
    const asked = await onSim(rigName, undefined, (ctx, rig, { modem }) =>
      askModemCapabilities(ctx, rig, modem.model),
    );
    expect(asked).toEqual(modes);
  });
});

describe('a router without an interface for its modem, as OpenWrt comes', () => {
  it('is told how it gets one, and that works', async () => {
    await onSim('sim-mifi25-ec25', 'lte', async (ctx, rig) => {
      await rig.router.ifdown(ctx, 'wwan'); // the one that it has: two can't dial
      const missing = await hangUp(ctx, rig).catch((error: unknown) => error as HarnessError);
      expect(missing).toMatchObject({ code: 'rig.no-interface' });
      const line = /wwanlab shell sim-mifi25-ec25 "([^"]+)"/.exec((missing as HarnessError).hint ?? '')?.[1];
      expect(await rig.router.shell(ctx, line ?? 'false')).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await swapMode(ctx, rig, 'ppp')).toMatchObject({ ok: true });
      expect((await climb(ctx, rig)).firstMissed).toBeUndefined();
    });
  });
});
