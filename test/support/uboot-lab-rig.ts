import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';

import type { Ctx } from '../../harness/core/ctx.ts';
import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile, type LabRigFile } from '../../harness/lab/rig-file.ts';
import { createVirtualRig } from '../../harness/lab/virtual-rig.ts';
import { awaitBoot } from '../../harness/procedures/boot.ts';
import type { TftpRescue } from '../../harness/rig/tftp-rescue.ts';
import { VIRTUAL_BOARD } from '../../harness/virtual/firmware/image.ts';
import { createUbootRouter, type UbootRouter } from '../../harness/virtual/uboot/router.ts';
import { projectRoot } from './sources.ts';

/** The virtual router behind U-Boot as a laboratory has one: an address, a console, a switch, and a lease. */
export interface UbootLabRig {
  readonly file: LabRigFile;
  /** What no rig file of a lab names yet. */
  readonly tftpRescue: TftpRescue;
  close(): Promise<void>;
}

/** @param folder for the rig file and its key */
export async function startUbootLabRig(ctx: Ctx, folder: string): Promise<UbootLabRig> {
  const virtual = loadRigFile(join(projectRoot, 'rigs/virtual-mc7455-uboot.rig.yaml'));
  if (virtual.kind !== 'virtual') throw new Error('expected a virtual rig');
  const router = await createUbootRouter(ctx, virtual.id);
  const { usbSocket, logSocket } = router;
  const guest = { login: router.login(), usbSocket, logSocket, close: () => Promise.resolve() };
  let feed: (on: boolean) => void = () => undefined;
  const modem = createVirtualRig(ctx, virtual, {
    ...guest,
    wire: (emulated) => {
      feed = (on) => emulated.power(on);
      return undefined as never;
    },
  });
  const servers = [portOf(router), supplyOf(ctx, router, (on) => feed(on))];
  await Promise.all(servers.map(listening));
  await router.powerOn(ctx);
  modem.plug();
  const file = writeRigFile(
    folder,
    router,
    servers.map((server) => (server.address() as AddressInfo).port),
  );
  await configure(ctx, file);
  return {
    file,
    tftpRescue: router.tftpRescue,
    close: async () => {
      await modem.close();
      await router.close();
      for (const server of servers) server.close();
    },
  };
}

/** A port that stays, whatever port the router has since its supply came back. */
function portOf(router: UbootRouter): Server {
  return createTcpServer((socket) => {
    const login = router.login();
    const far = connect('port' in login ? login.port : 0, '127.0.0.1');
    socket.on('error', () => far.destroy());
    far.on('error', () => socket.destroy());
    socket.on('close', () => far.destroy());
    far.on('close', () => socket.destroy());
    socket.pipe(far).pipe(socket);
  });
}

/** A plug with Tasmota. */
function supplyOf(ctx: Ctx, router: UbootRouter, feed: (on: boolean) => void): Server {
  const turn = async (on: boolean): Promise<void> => {
    feed(on);
    await (on ? router.powerOn(ctx) : router.powerOff());
  };
  return createHttpServer({ keepAlive: false }, (request, response) => {
    const command = new URL(request.url ?? '', 'http://plug').searchParams.get('cmnd') ?? '';
    const wanted = /^Power1 (On|Off)$/.exec(command)?.[1];
    const done = wanted === undefined ? Promise.resolve() : turn(wanted === 'On');
    done.then(
      () => response.end(JSON.stringify({ POWER: router.isOn() ? 'ON' : 'OFF' })),
      () => response.destroy(),
    );
  });
}

const listening = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

function writeRigFile(folder: string, router: UbootRouter, [ssh, plug]: readonly number[]): LabRigFile {
  const { hostKey, privateKey } = router.login();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'key'), privateKey ?? '', { mode: 0o600 });
  const path = join(folder, 'uboot-lab.rig.yaml');
  writeFileSync(
    path,
    `kind: lab
title: the virtual router behind U-Boot, as a lab has it
router:
  host: 127.0.0.1
  port: ${ssh}
  board: ${VIRTUAL_BOARD}
  hostKey: ${hostKey}
  keyFile: key
modem:
  model: mc7455
console:
  tty: ${router.console}
power:
  kind: tasmota
  url: http://127.0.0.1:${plug}
  leastOff: 1 s
connection:
  interface: wwan
  apn: epc.tmobile.com
`,
  );
  const file = loadRigFile(path);
  if (file.kind !== 'lab') throw new Error('expected a lab rig');
  return file;
}

/** As somebody set it up once: with an interface for its modem. */
async function configure(ctx: Ctx, file: LabRigFile): Promise<void> {
  const rig = await openRig(ctx, file, { reason: 'set-up', maybeSilent: true });
  try {
    await awaitBoot(ctx, rig, undefined);
    await rig.router.uciSet(ctx, {
      'network.wwan': 'interface',
      'network.wwan.proto': '3g',
      'network.wwan.device': '/dev/ttyUSB2',
      'network.wwan.apn': 'epc.tmobile.com',
    });
    await rig.router.reloadNetwork(ctx);
    rig.undo?.keep();
  } finally {
    await rig.close();
  }
}
