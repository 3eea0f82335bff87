import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { loadRigFile } from '../../harness/lab/rig-file.ts';
import { createSimRig, type SimRig } from '../../harness/lab/sim-rig.ts';
import { realCtx, stoppableRealClock } from './real-ctx.ts';
import { projectRoot } from './sources.ts';

/** The router model with an EC25 behind a real TCP port, in real time: to the command line, a rig of kind `lab`. */
export interface TcpRouter {
  readonly sim: SimRig;
  /** A rig file for it. @param router further keys below `router:` @param rest and beside it, as they stand in the file */
  rigFile(name: string, options?: { hostKey?: string; router?: string; rest?: string }): string;
  /** A command on it past every lease, as somebody at the bench has it: what it printed. */
  bench(command: string): Promise<string>;
  close(): void;
}

/** @param folder for rig files */
export async function startTcpRouter(folder: string): Promise<TcpRouter> {
  const time = stoppableRealClock();
  const file = loadRigFile(join(projectRoot, 'rigs/sim-mifi25-ec25.rig.yaml'));
  if (file.kind !== 'sim') throw new Error('expected a simulated rig');
  const sim = createSimRig(realCtx(time.clock), file);
  const server = createServer({ noDelay: true }, (socket) => {
    const router = sim.connect();
    socket.on('error', () => router.destroy());
    router.on('error', () => socket.destroy());
    socket.pipe(router).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    sim,
    rigFile: (name, { hostKey = sim.hostKeyFingerprint, router = '', rest = '' } = {}) => {
      const path = join(folder, `${name}.rig.yaml`);
      writeFileSync(
        path,
        `kind: lab
title: the router model behind a TCP port
router:
  host: 127.0.0.1
  port: ${port}
  hostKey: ${hostKey}
${router}modem:
  model: ec25-a
connection:
  apn: internet
${rest}`,
      );
      return path;
    },
    bench: async (command) => (await sim.router.capture(command)).stdout.trim(),
    close: () => {
      sim.close();
      time.stop();
      server.close();
    },
  };
}
