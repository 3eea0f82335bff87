import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { loadRigFile } from '../../harness/lab/rig-file.ts';
import { createSimRig, type SimRig } from '../../harness/lab/sim-rig.ts';
import { temporaryFolder, wwanlab } from '../support/cli.ts';
import { realCtx, stoppableRealClock } from '../support/real-ctx.ts';
import { projectRoot } from '../support/sources.ts';

const folder = temporaryFolder();
const server = createServer({ noDelay: true });
const time = stoppableRealClock();
let sim: SimRig;

/** A rig of kind `lab`: the router model behind a real TCP port, in real time, in another process than the suites. */
beforeAll(async () => {
  const file = loadRigFile(join(projectRoot, 'rigs/sim-mifi25-ec25.rig.yaml'));
  if (file.kind !== 'sim') throw new Error('expected a simulated rig');
  sim = createSimRig(realCtx(time.clock), file);
  server.on('connection', (socket) => {
    const router = sim.connect();
    socket.on('error', () => router.destroy());
    router.on('error', () => socket.destroy());
    socket.pipe(router).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  sim.close();
  time.stop();
  server.close();
  folder.remove();
});

function labRig(name: string, hostKey: string): string {
  const path = join(folder.path, `${name}.rig.yaml`);
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    path,
    `kind: lab
title: the router model behind a TCP port
router:
  host: 127.0.0.1
  port: ${port}
  hostKey: ${hostKey}
modem:
  model: ec25-a
connection:
  interface: wwan
  apn: internet
`,
  );
  return path;
}

describe('a rig of kind lab', () => {
  it('climbs the ladder over TCP in real time', async () => {
    const rig = labRig('good', sim.hostKeyFingerprint);
    const checked = await wwanlab(['rigs', 'check', rig]);
    expect({ exitCode: checked.exitCode, stderr: checked.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const result = await wwanlab([
      'run',
      '--rig',
      rig,
      '--suite',
      'connect/ppp',
      '--out',
      folder.path,
      '--json',
    ]);
    const { verdicts } = JSON.parse(result.stdout) as { verdicts: { outcome: string; message: string }[] };
    expect(verdicts).toMatchObject([{ outcome: 'pass' }]);
    expect(result.exitCode).toBe(0);
  });

  it('refuses a router with another host key, and says which line would accept it', async () => {
    const rig = labRig('imposter', `SHA256:${'A'.repeat(43)}`);
    const result = await wwanlab(['run', '--rig', rig, '--suite', 'connect/ppp', '--out', folder.path]);
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toContain(sim.hostKeyFingerprint);
  });
});
