import { HarnessError, isHarnessError } from '../../core/errors.ts';
import { createByteQueue } from '../binary/byte-queue.ts';
import { createReader, readAll } from '../binary/reader.ts';
import { createRedirCodec, type RedirPacket } from './packets.ts';

/** Longest packet that is accepted: sixteen times what xHCI moves in one transfer block. */
const MAX_LENGTH = 1 << 20;
/** A hello is 64 bytes and some capabilities. */
const MAX_HELLO = 1_024;
const HELLO = 0;

/** Cuts a stream of bytes into packets, whatever the pieces it comes in. */
export interface RedirParser {
  /**
   * Calls `onPacket` for each packet that is complete. Packets of unknown type are skipped.
   * @throws HarnessError `usbredir.not-a-peer`, `usbredir.malformed`: nothing that follows can be understood
   */
  push(bytes: Uint8Array): void;
  /** From the next packet on. Called while the other side's hello is handled. */
  setCapabilities(caps: number): void;
}

export function createRedirParser(onPacket: (packet: RedirPacket) => void): RedirParser {
  const queue = createByteQueue();
  let codec = createRedirCodec(0);
  let greeted = false;
  let header: { readonly type: number; readonly length: number; readonly id: bigint } | undefined;

  const check = ({ type, length }: { readonly type: number; readonly length: number }): void => {
    if (!greeted && (type !== HELLO || length > MAX_HELLO)) throw notAPeer();
    if (length > MAX_LENGTH) throw malformed(`a packet of ${length} bytes is longer than ${MAX_LENGTH}`);
  };

  const readPacket = (type: number, id: bigint, body: Uint8Array): RedirPacket | undefined =>
    // Read to the end: a packet that holds more than its type says is as wrong as one that holds less.
    readAll(body, `usbredir packet ${type}`, (from) => {
      const packet = codec.readBody(type, id, from);
      if (!packet) from.take(from.left);
      return packet;
    });

  const next = (): boolean => {
    if (!header) {
      if (queue.length < codec.headerLength) return false;
      header = codec.readHeader(createReader(queue.take(codec.headerLength), 'usbredir header'));
      check(header);
    }
    const { type, length, id } = header;
    if (queue.length < length) return false;
    header = undefined;
    const packet = readPacket(type, id, queue.take(length));
    greeted = true;
    if (packet) onPacket(packet);
    return true;
  };

  return {
    push: (bytes) => {
      queue.push(bytes);
      try {
        while (next());
      } catch (error) {
        queue.clear();
        throw isHarnessError(error) && error.code.startsWith('binary.') ? malformed(error.message) : error;
      }
    },
    setCapabilities: (caps) => {
      codec = createRedirCodec(caps);
    },
  };
}

function notAPeer(): HarnessError {
  return new HarnessError('what is connected does not speak usbredir: its first packet is no hello', {
    code: 'usbredir.not-a-peer',
    blame: 'rig',
    effect: 'none',
    hint: "is it QEMU's usb-redir device at the other end of this socket?",
  });
}

function malformed(text: string): HarnessError {
  return new HarnessError(`usbredir: ${text}`, { code: 'usbredir.malformed', blame: 'rig', effect: 'none' });
}
