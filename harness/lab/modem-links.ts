import type { Cancel, Clock } from '../core/clock.ts';
import { isHarnessError, messageOf } from '../core/errors.ts';
import type { Timeline } from '../core/timeline.ts';
import type { Ms } from '../core/units.ts';
import type { UsbDevice } from '../sim/usb/device.ts';
import { serveUsbredir } from '../sim/usb/redir.ts';
import { serveUsbip } from '../sim/usb/usbip.ts';
import type { Channel } from '../transport/channel.ts';
import { listenSocket, type Listener } from '../transport/listen.ts';
import { connectSocket, formatSocketAddress, type SocketAddress } from '../transport/socket.ts';

export interface LinkParts {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly device: UsbDevice;
  readonly cable: Cable;
}

/** The one cable of the modem: it is in one host at a time. */
export interface Cable {
  /** False: another host has it. */
  take(): boolean;
  release(): void;
}

export function createCable(): Cable {
  let taken = false;
  return {
    take: () => {
      if (taken) return false;
      taken = true;
      return true;
    },
    release: () => {
      taken = false;
    },
  };
}

/** A way for hosts to reach the modem, until it is closed. */
export interface Link {
  /** With the port that the system chose, where 0 was asked for. */
  readonly address: SocketAddress;
  close(): Promise<void>;
}

/** Waits for a host to connect, again and again. */
export async function listenUsbredir(parts: LinkParts, address: SocketAddress): Promise<Link> {
  return listenFor(address, (channel, onEnd) => plugUsbredir(parts, channel, onEnd));
}

/** Exports the modem over USB/IP to whoever attaches it. */
export async function listenUsbip(parts: LinkParts, address: SocketAddress): Promise<Link> {
  const { timeline, device, cable } = parts;
  return listenFor(address, (channel, onEnd) =>
    serveUsbip(channel, device, {
      claim: () => {
        const free = cable.take();
        timeline.add('modem', free ? 'usb.host' : 'usb.refused', { over: 'usbip', at: channel.name });
        return free;
      },
      onEnd: (imported, error) => {
        if (imported) cable.release();
        if (imported || error) recordEnd(timeline, channel, error);
        onEnd();
      },
    }),
  );
}

type Serve = (channel: Channel, onEnd: () => void) => { close(): void };

async function listenFor(address: SocketAddress, serve: Serve): Promise<Link> {
  const sessions = new Set<{ close(): void }>();
  const listener: Listener = await listenSocket(address, (channel) => {
    let over = false;
    const session = serve(channel, () => {
      over = true;
      if (session) sessions.delete(session);
    }) as { close(): void } | undefined;
    if (session && !over) sessions.add(session);
  });
  return {
    address: listener.address,
    close: async () => {
      for (const session of sessions) session.close();
      await listener.close();
    },
  };
}

/** Pauses between attempts to connect: each twice as long as the one before. */
const FIRST_PAUSE: Ms = 250;
const LONGEST_PAUSE: Ms = 4_000;

/** Connects to a host that listens, and again whenever the connection ends. */
export function connectUsbredir(parts: LinkParts, address: SocketAddress): Link {
  const { clock, timeline } = parts;
  let closed = false;
  let session: { close(): void } | undefined;
  let cancel: Cancel = () => undefined;
  let pause = FIRST_PAUSE;

  const retry = (): void => {
    if (closed) return;
    cancel = clock.after(pause, () => void attempt());
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  };
  const attempt = async (): Promise<void> => {
    const channel = await connectSocket(address).catch((error: unknown) => {
      if (!isHarnessError(error)) throw error;
      if (pause === FIRST_PAUSE) timeline.add('modem', 'usb.waiting', { because: messageOf(error) });
      return undefined;
    });
    if (!channel) return retry();
    if (closed) return channel.close();
    session = plugUsbredir(
      parts,
      channel,
      () => {
        session = undefined;
        retry();
      },
      () => {
        pause = FIRST_PAUSE;
      },
    );
  };
  void attempt();
  return {
    address,
    close: async () => {
      closed = true;
      cancel();
      session?.close();
    },
  };
}

function plugUsbredir(
  { timeline, device, cable }: LinkParts,
  channel: Channel,
  onEnd: () => void,
  onGuest?: () => void,
): { close(): void } {
  if (!cable.take()) {
    timeline.add('modem', 'usb.refused', { over: 'usbredir', at: channel.name });
    channel.close();
    onEnd();
    return { close: () => undefined };
  }
  return serveUsbredir(channel, device, {
    onGuest: (version) => {
      timeline.add('modem', 'usb.host', { over: 'usbredir', at: channel.name, version });
      onGuest?.();
    },
    onRejected: () => timeline.add('modem', 'usb.rejected', { by: 'usbredir', at: channel.name }),
    onEnd: (error) => {
      cable.release();
      recordEnd(timeline, channel, error);
      onEnd();
    },
  });
}

function recordEnd(timeline: Timeline, channel: Channel, error: Error | undefined): void {
  const why = error === undefined ? {} : { because: messageOf(error) };
  timeline.add('modem', 'usb.host-gone', { at: channel.name, ...why });
}

/** What to type for a QEMU that is to get the modem. */
export function qemuArguments(address: SocketAddress, role: 'listen' | 'connect'): string {
  const socket =
    address.kind === 'unix' ? `path=${address.path}` : `host=${address.host},port=${address.port}`;
  const ends = role === 'listen' ? 'reconnect=1' : 'server=on,wait=off';
  return [
    '-device qemu-xhci,id=hc',
    `-chardev socket,id=ur,${socket},${ends}`,
    '-device usb-redir,chardev=ur,bus=hc.0,suppress-remote-wake=off',
  ].join(' ');
}

/** What to type on a machine that is to get the modem over USB/IP. */
export function usbipCommand(address: SocketAddress): string {
  if (address.kind === 'unix') return `usbip attach (through ${formatSocketAddress(address)})`;
  return `modprobe vhci-hcd && usbip --tcp-port ${address.port} attach -r ${address.host} -b 1-1`;
}
