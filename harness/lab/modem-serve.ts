import type { Rng } from '../core/chance.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import type { Clock } from '../core/clock.ts';
import type { Timeline } from '../core/timeline.ts';
import { createFaultPlan } from '../sim/fault-plan.ts';
import { holds, type Fault } from '../sim/faults.ts';
import { whyIdle } from '../sim/idle-fault.ts';
import { createInjector, type Injector } from '../sim/inject.ts';
import { createModem, type EmulatedModem } from '../sim/modem/modem.ts';
import type { ModemProfile } from '../sim/modem/profile.ts';
import type { Ms } from '../core/units.ts';
import { createNetwork } from '../sim/network/mobile-network.ts';
import { healthyPath } from '../sim/network/internet/path.ts';
import { createUsbDevice } from '../sim/usb/device.ts';
import type { SocketAddress } from '../transport/socket.ts';
import { connectUsbredir, createCable, listenUsbip, listenUsbredir, type Link } from './modem-links.ts';
import { blockCard, cardFor, type SimChoice } from './modem-options.ts';

/** What `wwanlab modem serve` was asked for, every part of it known to exist. */
export interface ServeRequest {
  readonly profile: ModemProfile;
  readonly sim: SimChoice;
  /** Access points that the subscription allows. */
  readonly apns: readonly string[];
  /** Round trip of every packet to the internet; undefined: those of a healthy network. */
  readonly rttMs: Ms | undefined;
  readonly faults: readonly Fault[];
  readonly usbredir: { readonly address: SocketAddress; readonly role: 'listen' | 'connect' } | undefined;
  readonly usbip: SocketAddress | undefined;
}

/** A modem with its network, switched on, and the ways to it. */
export interface ServedModem {
  readonly modem: EmulatedModem;
  readonly injector: Injector;
  readonly usbredir: Link | undefined;
  readonly usbip: Link | undefined;
  /** Unplugs it from every host and removes its sockets. */
  close(): Promise<void>;
}

interface ServeParts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
}

/** @throws HarnessError `socket.…`, `fault.idle` for one that found nothing to do as the modem came on */
export async function serveModem(
  { clock, rng, timeline }: ServeParts,
  request: ServeRequest,
): Promise<ServedModem> {
  const { modem, injector } = switchOn({ clock, rng, timeline }, request);
  const device = createUsbDevice(modem);
  const links = await openLinks({ clock, timeline, device, cable: createCable() }, request).catch(
    (error: unknown) => {
      injector.close();
      device.close();
      throw error;
    },
  );
  return {
    modem,
    injector,
    ...links,
    close: async () => {
      injector.close();
      await links.usbredir?.close();
      await links.usbip?.close();
      device.close();
      modem.power(false);
    },
  };
}

function switchOn(
  { clock, rng, timeline }: ServeParts,
  { profile, sim, apns, rttMs, faults }: ServeRequest,
): Pick<ServedModem, 'modem' | 'injector'> {
  const atOnce = faults.filter((fault) => !fault.when && !holds(fault));
  const plan = createFaultPlan(
    timeline,
    faults.filter((fault) => !atOnce.includes(fault)),
  );
  const parts = { clock, timeline, faults: plan.inForce };
  const network = createNetwork({
    ...parts,
    rng: rng.fork('network'),
    subscription: { apns },
    path: rttMs === undefined ? healthyPath : { ...healthyPath, minRttMs: rttMs, maxRttMs: rttMs },
  });
  const modem = createModem({ ...parts, rng: rng.fork('modem'), profile, network, sim: cardFor(sim) });
  if (sim.kind === 'puk') blockCard(modem);
  const injector = createInjector({ clock, rng: rng.fork('faults'), timeline, modem, network, plan });
  for (const fault of atOnce) {
    if (injector.inject(fault)) continue;
    const error = tooEarly(modem, fault);
    injector.close();
    modem.power(false);
    throw error;
  }
  return { modem, injector };
}

function tooEarly(modem: EmulatedModem, { kind }: Fault): HarnessError {
  return new HarnessError(`${kind} can do nothing as the modem comes on: ${whyIdle(modem, kind)}`, {
    code: 'fault.idle',
    blame: 'test',
    effect: 'none',
    hint: `say when it is to come: --fault "${kind} after 5s of bearer.up"`,
  });
}

async function openLinks(
  parts: Parameters<typeof listenUsbredir>[0],
  { usbredir, usbip }: ServeRequest,
): Promise<{ readonly usbredir: Link | undefined; readonly usbip: Link | undefined }> {
  const first =
    usbredir &&
    (usbredir.role === 'connect'
      ? connectUsbredir(parts, usbredir.address)
      : await listenUsbredir(parts, usbredir.address).catch((error: unknown) => {
          throw withConnectHint(error);
        }));
  try {
    return { usbredir: first, usbip: usbip && (await listenUsbip(parts, usbip)) };
  } catch (error) {
    await first?.close();
    throw error;
  }
}

/** Where a QEMU was started first, it listens there itself. */
function withConnectHint(error: unknown): unknown {
  if (!isHarnessError(error) || error.code !== 'socket.in-use') return error;
  const { code, message, blame, effect, hint } = error;
  return new HarnessError(message, {
    code,
    blame,
    effect,
    hint: `if that is the QEMU that is to get the modem, add --connect; otherwise ${hint}`,
  });
}
