import type { Duplex } from 'node:stream';
import type { Ctx } from '../core/ctx.ts';
import type { PowerSwitch } from '../rig/power.ts';
import type { Fault } from '../sim/faults.ts';
import type { EmulatedModem } from '../sim/modem/modem.ts';
import { profileById } from '../sim/modem/profiles/index.ts';
import type { Unfired } from '../sim/unfired.ts';
import { boardById } from '../sim/router/boards/index.ts';
import { flavourById } from '../sim/router/flavours/index.ts';
import { createKeyPair } from '../sim/router/host-key.ts';
import { waysToModem } from '../sim/router/net/netifd/handlers.ts';
import type { NetworkSettings } from '../sim/router/network-settings.ts';
import { createRouter, type SimRouter } from '../sim/router/router.ts';
import { lanAddress } from '../sim/router/configuration.ts';
import { createDuplexPair } from '../transport/memory-duplex.ts';
import { fingerprintOf } from '../transport/ssh/host-key.ts';
import { createEmulatedModem } from './emulated-modem.ts';
import { createMemoryLan, type MemoryLan } from './memory-lan.ts';
import type { SimRigFile } from './rig-file.ts';

/** A simulated rig that is switched on: what is left to do is to reach it over SSH. */
export interface SimRig {
  /** netifd's name of the modem's interface, the firmware's own if the file names none. */
  readonly interfaceName: string;
  /** netifd protocols that its firmware can dial this modem with (`3g`, `qmi`, `mbim`), and `at`. */
  readonly ways: readonly string[];
  /** Of the key that this rig's SSH server shows. */
  readonly hostKeyFingerprint: string;
  /** The router itself, for whoever stands beside it. */
  readonly router: SimRouter;
  /** A new TCP connection to its port 22. */
  connect(): Duplex;
  /** Where its log can be sent to. */
  readonly syslogPort: MemoryLan['syslogPort'];
  /** The supply of router and modem. */
  readonly power: PowerSwitch;
  /** Does something to the modem or its network, now or at its moment. */
  inject(fault: Fault): void;
  /** Planned faults that have not bitten. */
  unfired(): readonly Unfired[];
  close(): void;
}

/** Modem, network and router as the rig file describes them, joined in memory. */
export function createSimRig(ctx: Ctx, file: SimRigFile): SimRig {
  const { clock, rng, timeline } = ctx;
  const flavour = flavourById(file.router.firmware);
  const profile = profileById(file.modem.model);
  const interfaceName = file.connection.interface ?? flavour.modemInterface;
  const { modem, injector, faults, unfired } = createEmulatedModem(ctx, file);
  const keys = createKeyPair();
  const { lan, syslogPort } = createMemoryLan(lanAddress({ flavour }));
  const router = createRouter({
    clock,
    rng: rng.fork('router'),
    timeline,
    flavour,
    board: boardById(file.router.board),
    modem,
    faults,
    network: { ...connectionSettings(file), interfaceName, device: profile.pppDevice },
    lan,
    hostKey: keys.private,
    rootPassword: file.router.password,
  });
  return {
    interfaceName,
    ways: waysToModem(flavour, profile),
    router,
    hostKeyFingerprint: fingerprintOf(publicKeyBytes(keys.public)),
    connect: () => {
      const [ours, theirs] = createDuplexPair();
      router.accept(theirs);
      return ours;
    },
    syslogPort,
    power: supplyOf(router, modem),
    inject: (fault) => void injector.inject(fault),
    unfired,
    close: () => {
      injector.close();
      router.close();
      modem.power(false);
    },
  };
}

/** Capacitors that are empty after a second. */
const LEAST_OFF_MS = 1_000;

function supplyOf(router: SimRouter, modem: EmulatedModem): PowerSwitch {
  let on = true;
  return {
    name: 'the simulated supply',
    leastOffMs: LEAST_OFF_MS,
    state: () => Promise.resolve(on ? 'on' : 'off'),
    set: async (ctx, wanted) => {
      ctx.timeline.add('power', wanted ? 'on' : 'off', { switch: 'the simulated supply' });
      if (wanted === on) return;
      on = wanted;
      modem.power(on);
      router.power(on);
    },
  };
}

function connectionSettings({ connection }: SimRigFile): NetworkSettings {
  const { apn, username, password, pincode, keepalive } = connection;
  return {
    apn,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(pincode === undefined ? {} : { pincode }),
    ...(keepalive === undefined ? {} : { keepalive: keepalive.replace(',', ' ') }),
  };
}

/** `ssh-ed25519 AAAA… comment` -> the key as it goes over the wire. */
function publicKeyBytes(line: string): Buffer {
  return Buffer.from(line.split(' ')[1] ?? '', 'base64');
}
