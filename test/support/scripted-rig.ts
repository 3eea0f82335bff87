import type { Ctx } from '../../harness/core/ctx.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { ExpectedInterface, Modem } from '../../harness/rig/modem.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import type { InterfaceStatus, PingReply, Router, UsbDevice } from '../../harness/rig/router.ts';

/** What the world does to a scripted rig: each entry may change while a test runs. */
export interface Script {
  usb: UsbDevice[];
  sim: 'ready' | 'absent';
  registration: 'home' | 'searching' | 'denied';
  /** When the present session came up, on the test's clock; undefined: down. */
  upSince: number | undefined;
  /** What `ifup` does. */
  onIfup: (ctx: Ctx) => void;
  onReload: (ctx: Ctx) => void;
  answersPing: boolean;
  log: string[];
  /** Of the modem's interface in /etc/config/network. */
  proto: string;
  /** The modem's interface: netifd has it, /etc/config/network alone, or nobody. */
  interface: 'loaded' | 'written' | 'absent';
}

export const ec25: UsbDevice = {
  path: '1-1.2',
  number: 3,
  vendorId: '2c7c',
  productId: '0125',
  product: 'LTE Modem',
  interfaces: [
    { number: 2, driver: 'option', nodes: ['ttyUSB2'] },
    { number: 3, driver: 'option', nodes: ['ttyUSB3'] },
  ],
};

/** A rig whose every answer stands in a script: procedures are tested against it without a simulator. */
export function scriptedRig(overrides: Partial<Script> = {}): { readonly rig: Rig; readonly script: Script } {
  const script: Script = {
    usb: [ec25],
    sim: 'ready',
    registration: 'home',
    upSince: undefined,
    onIfup: (ctx) => (script.upSince = ctx.clock.now()),
    onReload: () => undefined,
    answersPing: true,
    log: [],
    proto: '3g',
    interface: 'loaded',
    ...overrides,
  };
  const rig: Rig = {
    id: 'scripted',
    name: 'scripted',
    kind: 'lab',
    title: 'a scripted rig',
    has: new Set(),
    router: scriptedRouter(script),
    modem: scriptedModem(script),
    connection: { interfaceName: 'wwan', apn: 'internet', probeHost: '8.8.8.8' },
    close: () => Promise.resolve(),
  };
  return { rig, script };
}

const unused = (): never => {
  throw new HarnessError('not scripted', { code: 'test.unscripted', blame: 'test', effect: 'none' });
};

function scriptedRouter(script: Script): Router {
  const status = (ctx: Ctx): InterfaceStatus => {
    const up = script.upSince !== undefined;
    return {
      name: 'wwan',
      up,
      pending: false,
      available: true,
      proto: script.proto,
      ...(script.upSince === undefined ? {} : { uptimeMs: ctx.clock.now() - script.upSince }),
      addresses: up ? ['10.0.0.2'] : [],
      dnsServers: up ? ['8.8.8.8'] : [],
      hasDefaultRoute: up,
      errors: [],
    };
  };
  return {
    name: 'scripted',
    exec: unused,
    shell: unused,
    upload: unused,
    download: unused,
    board: unused,
    packages: unused,
    macAddresses: () => Promise.resolve(['e4:95:6e:00:00:01']),
    lacking: () => Promise.resolve(undefined),
    service: unused,
    controlService: unused,
    leds: unused,
    setLed: unused,
    uciGet: (_ctx, path) =>
      path === 'network.wwan.proto' ? Promise.resolve(script.proto) : Promise.resolve(undefined),
    uciSections: () =>
      Promise.resolve(
        ['lan', ...(script.interface === 'absent' ? [] : ['wwan'])].map((path) => ({
          path,
          type: 'interface',
          options: {},
        })),
      ),
    uciSet: unused,
    uciStage: unused,
    uciCommit: unused,
    uciRevert: () => Promise.resolve(),
    uciAdd: unused,
    ubus: unused,
    modemInterfaces: unused,
    deviceOption: () => Promise.resolve('device'),
    readConfiguration: unused,
    writeConfiguration: unused,
    close: () => Promise.resolve(),
    boot: () => Promise.resolve({ bootId: 'b', uptimeMs: 90_000 }),
    usbDevices: () => Promise.resolve(script.usb),
    interfaceStatus: (ctx) => Promise.resolve(script.interface === 'loaded' ? status(ctx) : undefined),
    ifup: (ctx) => Promise.resolve(script.onIfup(ctx)),
    ifdown: () => {
      script.upSince = undefined;
      return Promise.resolve();
    },
    reloadNetwork: unused,
    reloadFirewall: (ctx) => Promise.resolve(script.onReload(ctx)),
    ping: (_ctx, _host, count) => Promise.resolve({ sent: count, received: script.answersPing ? count : 0 }),
    followPing: (ctx, _host, onReply) => Promise.resolve(followPing(ctx, script, onReply)),
    replayLog: unused,
    keepLog: unused,
    followLog: (_ctx, onLine) => {
      for (const line of script.log) onLine(line);
      return Promise.resolve({ stop: () => Promise.resolve(), ended: new Promise(() => undefined) });
    },
  };
}

function followPing(
  ctx: Ctx,
  script: Script,
  onReply: (reply: PingReply) => void,
): { stop(): Promise<void>; ended: Promise<void> } {
  let stopped = false;
  let seq = 0;
  const tick = (): void => {
    if (stopped) return;
    if (script.upSince !== undefined && script.answersPing) onReply({ seq, rttMs: 20 });
    seq++;
    ctx.clock.after(1_000, tick);
  };
  ctx.clock.after(1_000, tick);
  const stop = (): Promise<void> => Promise.resolve(void (stopped = true));
  return { stop, ended: new Promise(() => undefined) };
}

const serialPorts: readonly ExpectedInterface[] = [
  { number: 2, purpose: 'AT', driver: 'option', nodes: ['ttyUSB'] },
  { number: 3, purpose: 'PPP', driver: 'option', nodes: ['ttyUSB'] },
];

function scriptedModem(script: Script): Modem {
  return {
    model: 'ec25-a',
    usbIds: { application: ['2c7c:0125'], bootLoader: [] },
    atInterface: 2,
    pppInterface: 3,
    serialPorts,
    modes: { ppp: serialPorts },
    detour: () => undefined,
    numbers: () => Promise.resolve({}),
    unlockFcc: () => Promise.resolve(),
    radioOverControl: unused,
    composition: () => Promise.resolve(undefined),
    canCompose: () => Promise.resolve(),
    compose: () => Promise.resolve(),
    restart: () => Promise.resolve(),
    release: () => Promise.resolve(),
    at: (_ctx, command) => Promise.resolve({ command, ok: true, lines: [], final: 'OK' }),
    identity: () => Promise.resolve({ manufacturer: 'Quectel', model: 'EC25', revision: 'R' }),
    simState: () => Promise.resolve(script.sim),
    radio: () => Promise.resolve({ on: true, reason: 'on' }),
    registration: () => Promise.resolve(script.registration),
    readings: () => Promise.resolve({}),
    bands: () => Promise.resolve({ allowed: [2, 4, 12], known: [2, 4, 12], setting: '15,80a,0' }),
    allowBands: () => Promise.resolve(),
    restoreBands: () => Promise.resolve(),
  };
}
