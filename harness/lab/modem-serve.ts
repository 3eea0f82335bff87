import type { Rng } from '../core/chance.ts';
import { HarnessError, isHarnessError } from '../core/errors.ts';
import type { Clock } from '../core/clock.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Fault } from '../sim/faults.ts';
import { createInjector, type Injector } from '../sim/inject.ts';
import { createModem, type EmulatedModem } from '../sim/modem/modem.ts';
import type { ModemProfile } from '../sim/modem/profile.ts';
import type { Ms } from '../core/units.ts';
import { createNetwork } from '../sim/network/mobile-network.ts';
import { healthyPath } from '../sim/network/internet/path.ts';
import { tooEarly } from '../sim/unfired.ts';
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

/** @throws HarnessError `socket.…`, `fault.idle` for a deed that finds nothing to do as the modem comes on */
export async function serveModem(parts: ServeParts, request: ServeRequest): Promise<ServedModem> {
  const { clock, timeline } = parts;
  const { modem, injector } = switchOn(parts, request);
  const device = createUsbDevice(modem);
  const off = (): void => {
    injector.close();
    device.close();
    modem.power(false);
  };
  const links = await openLinks({ clock, timeline, device, cable: createCable() }, request).catch(
    (error: unknown) => {
      off();
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
      off();
    },
  };
}

function switchOn(
  { clock, rng, timeline }: ServeParts,
  request: ServeRequest,
): Pick<ServedModem, 'modem' | 'injector'> {
  const { rttMs } = request;
  const injector = createInjector({ clock, rng: rng.fork('faults'), timeline, plan: request.faults });
  const network = createNetwork({
    clock,
    rng: rng.fork('network'),
    timeline,
    subscription: { apns: request.apns },
    faults: injector.inForce,
    path: rttMs === undefined ? healthyPath : { ...healthyPath, minRttMs: rttMs, maxRttMs: rttMs },
  });
  const modem = createModem({
    clock,
    rng: rng.fork('modem'),
    timeline,
    profile: request.profile,
    network,
    faults: injector.inForce,
    sim: cardFor(request.sim),
  });
  if (request.sim.kind === 'puk') blockCard(modem);
  const [missed] = injector.start(modem, network);
  if (missed) {
    injector.close();
    modem.power(false);
    throw tooEarly(missed);
  }
  return { modem, injector };
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
