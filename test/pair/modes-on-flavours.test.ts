import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

import { askNetworkModes, assemble } from '../../harness/lab/assemble.ts';
import { loadRigFile } from '../../harness/lab/rig-file.ts';
import { createSimRig } from '../../harness/lab/sim-rig.ts';
import { connectSsh } from '../../harness/transport/ssh.ts';
import { testCtx } from '../support/ctx.ts';
import { projectRoot } from '../support/sources.ts';

/** What a router says when it is asked, as a user's own image is. */
async function askedModes(rigName: string): Promise<string[]> {
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
      { interfaceName: sim.interfaceName, has: [] },
    );
    const modes = await askNetworkModes(ctx, rig.router, file.modem.model);
    await rig.close();
    sim.close();
    return [...modes];
  });
}

describe('the modes of a router', () => {
  it.each([
    ['sim-mifi22-mc7455', ['modem.qmi']],
    ['sim-mifi25-mc7455', ['modem.qmi', 'modem.mbim']],
  ])('%s: those that it has a protocol handler for', async (rigName, modes) => {
    expect(await askedModes(rigName)).toEqual(modes);
  });
});
