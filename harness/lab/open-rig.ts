import type { Ctx } from '../core/ctx.ts';
import type { Rig } from '../rig/rig.ts';
import { openLabRig, type OpenOptions } from './open-lab.ts';
import { openSimRig } from './open-sim.ts';
import { openVirtualRig } from './open-virtual.ts';
import type { RigFile } from './rig-file.ts';

/**
 * Builds a rig from its file and connects to its router: the one place where a Rig is made.
 * @throws HarnessError `ssh.…` where the router can't be reached or shows another key
 */
export async function openRig(ctx: Ctx, file: RigFile, options: OpenOptions = {}): Promise<Rig> {
  switch (file.kind) {
    case 'sim':
      return openSimRig(ctx, file);
    case 'virtual':
      return openVirtualRig(ctx, file);
    case 'lab':
      return openLabRig(ctx, file, options);
  }
}
