import { isHarnessError } from '../../../../core/errors.ts';
import {
  createQmapBuilder,
  decodeQmap,
  type QmapDatagram,
  type QmapLimits,
} from '../../../../protocols/qmi/qmap.ts';
import type { NetworkPort } from '../../port.ts';
import type { LinkSessions } from './families.ts';
import { createLink, type Link, type LinkOptions } from './link.ts';

/** The data path of a QMI function: one link, or with aggregation one for each channel, all through one port. */
export interface MultiplexedLink {
  /** For `ModemFunction.network`. */
  readonly port: NetworkPort;
  setFraming(framing: 'raw-ip' | 'ethernet'): void;
  /** Transfers are QMAP from now on; undefined: a packet of channel 0 each. */
  aggregate(limits: QmapLimits | undefined): void;
  /** `Link.bind`, for one channel. */
  bind(channel: number, sessions: LinkSessions): void;
  /** The device leaves USB. */
  vanish(): void;
}

export function createMultiplexedLink(options: LinkOptions): MultiplexedLink {
  return new QmapLink(options);
}

class QmapLink implements MultiplexedLink {
  readonly port: NetworkPort;
  readonly #options: LinkOptions;
  readonly #main: Link;
  /** By channel. */
  readonly #links = new Map<number, Link>();
  #limits: QmapLimits | undefined;
  /** Taken from its channel, but too long for the transfer that went before. */
  #held: QmapDatagram | undefined;
  /** Whose turn it is: each transfer begins with another channel. */
  #turn = 0;
  #onReadable: (() => void) | undefined;
  #onConnected: ((connected: boolean) => void) | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#main = this.#linkOf(0);
    this.port = this.#createPort();
  }

  setFraming(framing: 'raw-ip' | 'ethernet'): void {
    this.#main.setFraming(framing);
  }

  aggregate(limits: QmapLimits | undefined): void {
    this.#limits = limits;
    this.#held = undefined;
  }

  bind(channel: number, sessions: LinkSessions): void {
    this.#linkOf(channel).bind(sessions);
  }

  vanish(): void {
    this.#held = undefined;
    // The function is gone when its first link is.
    for (const link of [...this.#links.values()].toReversed()) link.vanish();
  }

  #linkOf(channel: number): Link {
    const known = this.#links.get(channel);
    if (known) return known;
    const link = createLink(channel === 0 ? this.#options : { ...this.#options, framing: 'raw-ip' });
    this.#links.set(channel, link);
    link.port.onReadable(() => this.#onReadable?.());
    link.port.onConnected((connected) => {
      const others = [...this.#links.values()].some((one) => one !== link && one.port.connected);
      if (!others) this.#onConnected?.(connected);
    });
    return link;
  }

  #createPort(): NetworkPort {
    const { interfaceNumber, hostAddress, onGone } = this.#main.port;
    const framing = (): NetworkPort['framing'] => (this.#limits ? 'qmap' : this.#main.port.framing);
    const connected = (): boolean => [...this.#links.values()].some(({ port }) => port.connected);
    return {
      interfaceNumber,
      hostAddress,
      get framing() {
        return framing();
      },
      get connected() {
        return connected();
      },
      send: (transfer) => this.#send(transfer),
      receive: () => this.#receive(),
      onReadable: (f) => {
        this.#onReadable = f;
      },
      onConnected: (f) => {
        this.#onConnected = f;
      },
      onGone,
    };
  }

  #send(transfer: Uint8Array): void {
    if (!this.#limits) return this.#main.port.send(transfer);
    for (const { muxId, packet } of datagramsOf(transfer)) this.#links.get(muxId)?.port.send(packet);
    return undefined;
  }

  #receive(): Uint8Array | undefined {
    if (!this.#limits) return this.#main.port.receive();
    const builder = createQmapBuilder(this.#limits);
    for (let next = this.#take(); next; next = this.#take()) {
      if (builder.add(next)) continue;
      // What fits into no transfer at all is lost.
      if (builder.count === 0) continue;
      this.#held = next;
      break;
    }
    return builder.count === 0 ? undefined : builder.finish();
  }

  #take(): QmapDatagram | undefined {
    const held = this.#held;
    this.#held = undefined;
    if (held) return held;
    const channels = [...this.#links.keys()];
    for (let tried = 0; tried < channels.length; tried++) {
      const muxId = channels[this.#turn++ % channels.length] ?? 0;
      const packet = this.#links.get(muxId)?.port.receive();
      if (packet) return { muxId, packet };
    }
    return undefined;
  }
}

/** What is no QMAP is dropped, as an odd packet is. */
function datagramsOf(transfer: Uint8Array): readonly QmapDatagram[] {
  try {
    return decodeQmap(transfer);
  } catch (error) {
    if (isHarnessError(error) && error.code === 'qmap.malformed') return [];
    throw error;
  }
}
