import { isHarnessError } from '../../../../core/errors.ts';
import { createNtbBuilder, decodeNtb16, type NtbBuilder } from '../../../../protocols/ncm/ntb16.ts';
import type { NetworkPort } from '../../port.ts';
import type { PacketFlow } from '../link/families.ts';
import { passes, type PacketFilters } from './packet-filters.ts';
import { createTransferSettings } from './transfer-settings.ts';
import type { Traffic } from './traffic.ts';

/** The data channel of an MBIM function: transfer blocks on one side, sessions on the other. */
export interface DataChannel {
  readonly port: NetworkPort;
  /** The session of this number is up, or over. Takes over its `onReadable`. */
  bind(id: number, flow: PacketFlow | undefined): void;
  isBound(id: number): boolean;
  /** The device leaves USB. */
  vanish(): void;
}

interface Bound {
  readonly id: number;
  readonly flow: PacketFlow;
}

export interface DataChannelOptions {
  readonly interfaceNumber: number;
  readonly traffic: Traffic;
  /** Of a session: packets to the host that pass none of them are dropped. */
  readonly filters: (id: number) => PacketFilters;
  /** The host put the whole function back. */
  readonly onReset: () => void;
}

export function createDataChannel(options: DataChannelOptions): DataChannel {
  return new NtbChannel(options);
}

class NtbChannel implements DataChannel {
  readonly port: NetworkPort;
  readonly #traffic: Traffic;
  readonly #filters: DataChannelOptions['filters'];
  readonly #transfer: ReturnType<typeof createTransferSettings>;
  readonly #bound = new Map<number, Bound>();
  /** Taken from its session, but too long for the block that went before. */
  #held: { readonly id: number; readonly packet: Uint8Array } | undefined;
  #sequence = 0;
  #present = true;
  #onReadable: (() => void) | undefined;
  #onConnected: ((connected: boolean) => void) | undefined;
  #onGone: (() => void) | undefined;

  constructor({ interfaceNumber, traffic, filters, onReset }: DataChannelOptions) {
    this.#traffic = traffic;
    this.#filters = filters;
    this.#transfer = createTransferSettings(() => {
      this.#sequence = 0;
    }, onReset);
    const isConnected = (): boolean => this.#bound.size > 0;
    this.port = {
      interfaceNumber,
      framing: 'ntb16',
      hostAddress: undefined,
      send: (transfer) => this.#send(transfer),
      receive: () => this.#receive(),
      onReadable: (f) => {
        this.#onReadable = f;
      },
      get connected() {
        return isConnected();
      },
      onConnected: (f) => {
        this.#onConnected = f;
      },
      onGone: (f) => {
        this.#onGone = f;
      },
      ncm: this.#transfer.control,
    };
  }

  isBound(id: number): boolean {
    return this.#bound.has(id);
  }

  bind(id: number, flow: PacketFlow | undefined): void {
    const before = this.port.connected;
    this.#bound.get(id)?.flow.onReadable(undefined);
    this.#bound.delete(id);
    if (this.#held?.id === id) this.#held = undefined;
    if (flow && this.#present) {
      this.#bound.set(id, { id, flow });
      flow.onReadable(() => this.#onReadable?.());
    }
    if (this.port.connected !== before) this.#onConnected?.(this.port.connected);
    if (flow) this.#onReadable?.(); // something may wait in it already
  }

  vanish(): void {
    if (!this.#present) return;
    for (const id of this.#bound.keys()) this.bind(id, undefined);
    this.#present = false;
    queueMicrotask(() => this.#onGone?.());
  }

  #send(transfer: Uint8Array): void {
    const traffic = this.#traffic;
    try {
      for (const { session: id, bytes } of decodeNtb16(transfer).datagrams) {
        const bound = this.#bound.get(id);
        if (!bound) {
          traffic.outDiscards++;
          continue;
        }
        traffic.outPackets++;
        traffic.outOctets += bytes.length;
        bound.flow.send(bytes);
      }
    } catch (error) {
      if (!isHarnessError(error) || error.code !== 'ncm.malformed') throw error;
      traffic.outErrors++;
    }
  }

  #receive(): Uint8Array | undefined {
    let builder: NtbBuilder | undefined;
    for (let next = this.#take(); next; next = this.#take()) {
      builder ??= createNtbBuilder(this.#transfer.limits);
      if (builder.add(next.id, next.packet)) {
        this.#traffic.inPackets++;
        this.#traffic.inOctets += next.packet.length;
      } else if (builder.count === 0) this.#traffic.inDiscards++;
      else {
        this.#held = next;
        break;
      }
    }
    if (!builder || builder.count === 0) return undefined;
    return builder.finish(this.#sequence++);
  }

  /** Sessions one after the other, so that their datagrams share tables. */
  #take(): { readonly id: number; readonly packet: Uint8Array } | undefined {
    const held = this.#held;
    this.#held = undefined;
    if (held) return held;
    for (const { id, flow } of this.#bound.values()) {
      const filters = this.#filters(id);
      for (let packet = flow.receive(); packet; packet = flow.receive()) {
        if (passes(packet, filters)) return { id, packet };
        this.#traffic.inDiscards++;
      }
    }
    return undefined;
  }
}
