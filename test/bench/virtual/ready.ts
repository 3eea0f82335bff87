import type { Ctx } from '../../../harness/core/ctx.ts';
import { openRig } from '../../../harness/lab/open-rig.ts';
import { findRig } from '../../../harness/lab/rig-catalogue.ts';
import { loadRigFile, type VirtualRigFile } from '../../../harness/lab/rig-file.ts';
import { createVirtualRig } from '../../../harness/lab/virtual-rig.ts';
import { connectSsh } from '../../../harness/transport/ssh.ts';
import { startGuest } from '../../../harness/virtual/guest.ts';
import { atMost, median, type Figure } from '../figure.ts';
import { timeBetween } from './guest.ts';

const ROUNDS = 5;

/** From nothing to a rig whose guest lets us in and whose modem's drivers are bound; and the plugging in by itself. */
export async function benchReady(ctx: Ctx): Promise<Figure[]> {
  const file = loadRigFile(findRig('virtual-mc7455').path);
  if (file.kind !== 'virtual') throw new Error(`${file.id} is no virtual rig`);
  const ready: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    const rig = await openRig(ctx, file);
    ready.push(performance.now() - from);
    await rig.close();
  }
  const plugged = await plugIns(ctx, file);
  return [
    atMost(`virtual rig from its snapshot: ready, median of ${ROUNDS}`, median(ready) / 1_000, 's', 4),
    atMost(`hot-plug to all nodes, median of ${ROUNDS}`, median(plugged) / 1_000, 's', 1),
  ];
}

/** What the guest has of an MC7455 in its QMI mode. */
const NODES = ['/dev/ttyUSB0', '/dev/ttyUSB1', '/dev/ttyUSB2', '/dev/cdc-wdm0', '/sys/class/net/wwan0'];
const haveAll = NODES.map((node) => `[ -e ${node} ]`).join(' && ');
const haveNone = NODES.map((node) => `[ ! -e ${node} ]`).join(' && ');

async function plugIns(ctx: Ctx, file: VirtualRigFile): Promise<number[]> {
  const guest = await startGuest(ctx, file.id);
  const ssh = await connectSsh(ctx, guest.login);
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const rig = createVirtualRig(ctx, file, guest);
    taken.push(await timeBetween(ctx, ssh, until(haveAll), () => rig.plug()));
    await rig.close();
    await timeBetween(ctx, ssh, until(haveNone), () => undefined);
  }
  await ssh.close();
  await guest.close();
  return taken;
}

const until = (condition: string): string =>
  `echo looking; until ${condition}; do usleep 5000; done; echo there`;
