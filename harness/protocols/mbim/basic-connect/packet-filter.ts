import type { Field } from '../../binary/field.ts';
import type { BufferReader, BufferWriter } from '../buffer.ts';

/** A packet passes if it equals the filter wherever the mask has a bit (MBIM 1.0, 10.5.30). Both are of one length. */
export interface PacketFilter {
  readonly filter: Uint8Array;
  readonly mask: Uint8Array;
}

// One size stands for both references, which no field of fields.ts has.
export const packetFilter: Field<PacketFilter> = {
  read: (from) => readFilter(from as BufferReader),
  write: (to, value) => writeFilter(to as BufferWriter, value),
};

function readFilter(from: BufferReader): PacketFilter {
  const size = from.u32();
  const filter = from.data(from.u32(), size);
  return { filter, mask: from.data(from.u32(), size) };
}

function writeFilter(to: BufferWriter, { filter, mask }: PacketFilter): void {
  to.u32(filter.length);
  to.refer(filter);
  to.refer(mask);
}
