import {
  createRedirCodec,
  type RedirPacket,
  type RedirPacketOf,
} from '../../../../harness/protocols/usbredir/packets.ts';
import { createRedirParser } from '../../../../harness/protocols/usbredir/parser.ts';
import type { UsbDevice } from '../../../../harness/sim/usb/device.ts';
import { OUR_CAPABILITIES, serveUsbredir } from '../../../../harness/sim/usb/redir.ts';
import type { Channel } from '../../../../harness/transport/channel.ts';

/** The guest's end of a usbredir connection, in the hand of a test. */
export interface Guest {
  /** Everything that came since it was last asked. */
  take(): RedirPacket[];
  kinds(): string[];
  send(packet: RedirPacket): void;
  raw(bytes: Uint8Array): void;
  greet(): void;
  /** The answer to a control transfer, which comes at once. */
  control(fields: Partial<RedirPacketOf<'control'>>): RedirPacketOf<'control'>;
  hangUp(): void;
  readonly closed: boolean;
}

export function guestOf(device: UsbDevice): Guest {
  const packets: RedirPacket[] = [];
  let codec = createRedirCodec(0);
  let closed = false;
  let toHost: (bytes: Uint8Array) => void = () => undefined;
  let onClose: () => void = () => undefined;
  const parser = createRedirParser((packet) => packets.push(packet));
  const channel: Channel = {
    name: 'test',
    onBytes: (f) => {
      toHost = f;
    },
    onClose: (f) => {
      onClose = () => f();
    },
    write: (bytes) => parser.push(bytes),
    close: () => {
      closed = true;
    },
  };
  serveUsbredir(channel, device);
  let id = 100n;
  const take = (): RedirPacket[] => packets.splice(0);
  const send = (packet: RedirPacket): void => toHost(codec.encode(packet));
  return {
    take,
    kinds: () => take().map(({ kind }) => kind),
    send,
    raw: (bytes) => toHost(bytes),
    greet: () => {
      parser.setCapabilities(OUR_CAPABILITIES);
      send({ kind: 'hello', id: 0n, version: 'test', caps: 0xff });
      codec = createRedirCodec(OUR_CAPABILITIES);
    },
    control: (fields) => {
      take();
      const empty = { endpoint: 0, request: 0, requestType: 0, status: 0, value: 0, index: 0, length: 0 };
      send({ kind: 'control', id: ++id, ...empty, data: new Uint8Array(0), ...fields });
      return packets.find(
        (packet): packet is RedirPacketOf<'control'> => packet.kind === 'control',
      ) as RedirPacketOf<'control'>;
    },
    hangUp: () => onClose(),
    get closed() {
      return closed;
    },
  };
}
