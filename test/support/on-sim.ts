import { join } from 'node:path';

import type { Ctx } from '../../harness/core/ctx.ts';
import { assemble, modemCapabilities } from '../../harness/lab/assemble.ts';
import { loadRigFile, type SimRigFile } from '../../harness/lab/rig-file.ts';
import { createSimRig, type SimRig } from '../../harness/lab/sim-rig.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { connectSsh } from '../../harness/transport/ssh.ts';
import { testCtx } from './ctx.ts';
import { projectRoot } from './sources.ts';

export interface OnSim {
  readonly ctx: Ctx;
  readonly rig: Rig;
  /** What it is made of, beneath what a suite sees. */
  readonly sim: SimRig;
  readonly file: SimRigFile;
}

/**
 * A simulated rig of the catalogue in virtual time, without its lease and its checks.
 * @param interfaceName one that the router may not have; its own, if left out
 */
export function onSim<T>(
  rigName: string,
  body: (on: OnSim) => Promise<T>,
  interfaceName?: string,
): Promise<T> {
  return testCtx().drive(async (ctx) => {
    const file = loadRigFile(join(projectRoot, `rigs/${rigName}.rig.yaml`));
    if (file.kind !== 'sim') throw new Error('expected a simulated rig');
    const sim = createSimRig(ctx, file);
    const login = { name: file.id, user: 'root', password: file.router.password ?? '' };
    const rig = await assemble(
      ctx,
      file,
      (c) => connectSsh(c, { ...login, hostKey: sim.hostKeyFingerprint, socket: sim.connect() }),
      {
        interfaceName: interfaceName ?? sim.interfaceName,
        has: modemCapabilities(sim.ways, file.modem.model),
      },
    );
    try {
      return await body({ ctx, rig, sim, file });
    } finally {
      await rig.close();
      sim.close();
    }
  });
}
