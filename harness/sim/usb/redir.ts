import { isHarnessError, type HarnessError } from '../../core/errors.ts';
import {
  capability,
  createRedirCodec,
  redirStatus,
  type RedirPacket,
  type RedirPacketOf,
} from '../../protocols/usbredir/packets.ts';
import { createRedirParser } from '../../protocols/usbredir/parser.ts';
import type { Channel } from '../../transport/channel.ts';
import type { UsbDevice } from './device.ts';
import { deviceConnect, endpointInfo, interfaceInfo, statusOf } from './redir-info.ts';
import { createInterruptReceiving, type InterruptReceiving } from './redir-interrupts.ts';
import { noBytes, type Transfer } from './transfer.ts';

/** All of usbredir 0.7 but bulk streams (no USB 3) and bulk receiving (for quirky FTDI chips). */
export const OUR_CAPABILITIES =
  capability.deviceVersion |
  capability.filter |
  capability.disconnectAck |
  capability.maxPacketSize |
  capability.wideIds |
  capability.wideBulkLength;

export interface RedirOptions {
  /** What the hello says. */
  readonly version?: string;
  /** The other side's hello has come: its program's name, as it gives it. */
  readonly onGuest?: (version: string) => void;
  /** The guest's filter, or QEMU itself, wants nothing of this device. */
  readonly onRejected?: () => void;
  /** The connection is over; the error says why if the other side did not simply close it. */
  readonly onEnd?: (error?: HarnessError) => void;
}

export interface RedirSession {
  /** Unplugs the device from this guest, and closes the connection. */
  close(): void;
}

/**
 * The usb-host side of usbredir 0.7 over a channel: plugs the device in as soon as the other side has said hello, and
 * follows its comings and goings until the channel closes.
 */
export function serveUsbredir(channel: Channel, device: UsbDevice, options: RedirOptions = {}): RedirSession {
  return new Session(channel, device, options);
}

const IN = 0x80;

class Session implements RedirSession {
  readonly #channel: Channel;
  readonly #device: UsbDevice;
  readonly #options: RedirOptions;
  readonly #parser = createRedirParser((packet) => this.#handle(packet));
  #codec = createRedirCodec(0);
  #caps = 0;
  /** Transfers that wait, by the guest's id. */
  readonly #transfers = new Map<bigint, Transfer>();
  readonly #interrupts: InterruptReceiving;
  readonly #unwatch: () => void;
  /** `leaving`: told that the device has gone, and the guest has not acknowledged it. */
  #state: 'greeting' | 'unplugged' | 'plugged' | 'leaving' | 'over' = 'greeting';

  constructor(channel: Channel, device: UsbDevice, options: RedirOptions) {
    this.#channel = channel;
    this.#device = device;
    this.#options = options;
    this.#interrupts = createInterruptReceiving(device, (packet) => this.#send(packet));
    this.#unwatch = device.onPlug((plugged) => (plugged ? this.#plug() : this.#unplug()));
    channel.onClose((error) => this.#over(error));
    // The only packet before the other side's own hello: until then it is unknown how long headers are.
    this.#send({
      kind: 'hello',
      id: 0n,
      version: options.version ?? 'wwanlab usb-redir host',
      caps: OUR_CAPABILITIES,
    });
    channel.onBytes((bytes) => this.#receive(bytes));
  }

  close(): void {
    this.#unplug();
    this.#over();
    this.#channel.close();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#state === 'over') return;
    try {
      this.#parser.push(bytes);
    } catch (error) {
      if (!isHarnessError(error)) throw error;
      this.#over(error);
      this.#channel.close();
    }
  }

  #over(error?: HarnessError): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#unwatch();
    this.#forget();
    // The cable is out at the host's end.
    this.#device.reset();
    this.#options.onEnd?.(error);
  }

  #plug(): void {
    const { layout } = this.#device;
    if (!layout || this.#state !== 'unplugged') return;
    this.#state = 'plugged';
    this.#sendInfo();
    this.#send(deviceConnect(layout));
  }

  #unplug(): void {
    if (this.#state !== 'plugged') return;
    this.#forget();
    this.#send({ kind: 'deviceDisconnect', id: 0n });
    this.#state = (this.#caps & capability.disconnectAck) === 0 ? 'unplugged' : 'leaving';
  }

  /** Answers what still waits, here or in the device. */
  #forget(): void {
    for (const transfer of [...this.#transfers.values(), ...this.#interrupts.forget()]) {
      if (!this.#device.cancel(transfer)) transfer.done('cancelled', noBytes);
    }
  }

  #sendInfo(): void {
    const active = this.#device.active();
    this.#send(interfaceInfo(active));
    this.#send(endpointInfo(active));
  }

  #send(packet: RedirPacket): void {
    if (this.#state !== 'over') this.#channel.write(this.#codec.encode(packet));
  }

  #handle(packet: RedirPacket): void {
    // A hello again, or packets for a device that has just left: nothing to do.
    if (this.#state === 'greeting') {
      if (packet.kind === 'hello') this.#greet(packet);
      return;
    }
    if (this.#state === 'leaving') {
      if (packet.kind !== 'deviceDisconnectAck') return;
      this.#state = 'unplugged';
      this.#plug();
      return;
    }
    if (this.#state === 'plugged') this.#serve(packet);
  }

  #greet({ version, caps }: RedirPacketOf<'hello'>): void {
    this.#caps = caps & OUR_CAPABILITIES;
    this.#parser.setCapabilities(this.#caps);
    this.#codec = createRedirCodec(this.#caps);
    this.#state = 'unplugged';
    this.#options.onGuest?.(version);
    this.#plug();
  }

  #serve(packet: RedirPacket): void {
    switch (packet.kind) {
      case 'reset':
        this.#device.reset();
        break;
      case 'setConfiguration':
        this.#setConfiguration(packet);
        break;
      case 'getConfiguration':
        this.#tellConfiguration(packet.id, true);
        break;
      case 'setAltSetting':
        this.#setAlternate(packet);
        break;
      case 'getAltSetting':
        this.#tellAlternate(packet.id, packet.interface, true);
        break;
      case 'startInterruptReceiving':
        this.#interrupts.start(packet);
        break;
      case 'stopInterruptReceiving':
        this.#interrupts.stop(packet);
        break;
      case 'control':
        this.#control(packet);
        break;
      case 'bulk':
      case 'interrupt':
        this.#transfer(packet);
        break;
      case 'cancelDataPacket':
        this.#cancel(packet.id);
        break;
      case 'filterReject':
        this.#forget();
        this.#state = 'unplugged';
        this.#options.onRejected?.();
        break;
      default:
    }
  }

  #setConfiguration({ id, configuration }: RedirPacketOf<'setConfiguration'>): void {
    const done = this.#device.setConfiguration(configuration);
    if (done) this.#sendInfo();
    this.#tellConfiguration(id, done);
  }

  #tellConfiguration(id: bigint, done: boolean): void {
    const { configuration } = this.#device;
    const status = done ? redirStatus.success : redirStatus.stall;
    this.#send({ kind: 'configurationStatus', id, status, configuration });
  }

  #setAlternate({ id, interface: number, alternate }: RedirPacketOf<'setAltSetting'>): void {
    const done = this.#device.setAlternate(number, alternate);
    if (done) this.#sendInfo();
    this.#tellAlternate(id, number, done);
  }

  #tellAlternate(id: bigint, number: number, done: boolean): void {
    const active = this.#device.active().find((one) => one.function.number === number);
    const status = done && active ? redirStatus.success : redirStatus.stall;
    const alternate = active?.alternate ?? 0;
    this.#send({ kind: 'altSettingStatus', id, status, interface: number, alternate });
  }

  #control(packet: RedirPacketOf<'control'>): void {
    const { requestType, request, value, index, length } = packet;
    const answer = this.#device.control({ requestType, request, value, index, length }, packet.data);
    const isIn = (requestType & IN) !== 0;
    this.#send({
      ...packet,
      status: answer ? redirStatus.success : redirStatus.stall,
      length: !answer ? 0 : isIn ? answer.length : length,
      data: answer && isIn ? answer : noBytes,
    });
  }

  #transfer(packet: RedirPacketOf<'bulk'> | RedirPacketOf<'interrupt'>): void {
    const { id, endpoint } = packet;
    const isIn = (endpoint & IN) !== 0;
    const transfer: Transfer = {
      endpoint,
      data: isIn ? noBytes : packet.data,
      length: packet.length,
      done: (status, data) => {
        this.#transfers.delete(id);
        const length = isIn ? data.length : status === 'ok' ? packet.length : 0;
        this.#send({ ...packet, status: statusOf(status), length, data: isIn ? data : noBytes });
      },
    };
    // An id that is still in use: its first bearer could never be cancelled any more.
    this.#cancel(id);
    this.#transfers.set(id, transfer);
    this.#device.submit(transfer);
  }

  #cancel(id: bigint): void {
    const transfer = this.#transfers.get(id);
    if (transfer) this.#device.cancel(transfer);
  }
}
