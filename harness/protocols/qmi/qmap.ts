import { HarnessError } from '../../core/errors.ts';

// Qualcomm's multiplexing and aggregation protocol, version 1: packets of several channels in one transfer, each behind
// four bytes (kernel.org, Documentation/networking/device_drivers/cellular/qualcomm/rmnet.rst).

export interface QmapDatagram {
  readonly muxId: number;
  readonly packet: Uint8Array;
}

const HEADER = 4;
const COMMAND = 0x80;
const PADDING = 0x3f;
const ALIGNMENT = 4;

/**
 * The packets of a transfer. Commands (flow control) are stepped over.
 * @throws HarnessError `qmap.malformed`
 */
export function decodeQmap(transfer: Uint8Array): readonly QmapDatagram[] {
  const datagrams: QmapDatagram[] = [];
  for (let at = 0; at < transfer.length;) {
    if (at + HEADER > transfer.length) throw malformed(`${transfer.length - at} bytes for a header`);
    const [flags = 0, muxId = 0, high = 0, low = 0] = transfer.subarray(at, at + HEADER);
    const length = high * 256 + low;
    const padding = flags & PADDING;
    const start = at + HEADER;
    at = start + length;
    if (at > transfer.length) throw malformed(`${length} bytes announced, ${transfer.length - start} there`);
    if (padding > length) throw malformed(`${padding} bytes of padding in ${length}`);
    if ((flags & COMMAND) === 0) datagrams.push({ muxId, packet: transfer.subarray(start, at - padding) });
  }
  return datagrams;
}

export interface QmapLimits {
  /** Bytes of a transfer. */
  readonly maxSize: number;
  readonly maxDatagrams: number;
}

/** Fills one transfer. */
export interface QmapBuilder {
  /** False: it does not fit any more. A packet too long for any transfer never fits. */
  add(datagram: QmapDatagram): boolean;
  readonly count: number;
  finish(): Uint8Array;
}

export function createQmapBuilder({ maxSize, maxDatagrams }: QmapLimits): QmapBuilder {
  const datagrams: QmapDatagram[] = [];
  let end = 0;
  return {
    add: (datagram) => {
      const length = HEADER + aligned(datagram.packet.length);
      if (datagrams.length >= maxDatagrams || end + length > maxSize) return false;
      datagrams.push(datagram);
      end += length;
      return true;
    },
    get count() {
      return datagrams.length;
    },
    finish: () => {
      const transfer = new Uint8Array(end);
      let at = 0;
      for (const { muxId, packet } of datagrams) {
        const length = aligned(packet.length);
        transfer.set([length - packet.length, muxId, length >> 8, length & 0xff], at);
        transfer.set(packet, at + HEADER);
        at += HEADER + length;
      }
      return transfer;
    },
  };
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function malformed(what: string): HarnessError {
  return new HarnessError(`no QMAP: ${what}`, { code: 'qmap.malformed', blame: 'dut', effect: 'none' });
}
