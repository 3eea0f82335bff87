import { usimAid, type CardFile } from './card-files.ts';

/** What SELECT answers (TS 102 221 11.1.1.3): descriptor, file id, life cycle, size. */
export function fileParameters(file: CardFile): Uint8Array {
  const { recordSize, recordCount, size } = sizesOf(file);
  const descriptor = 'records' in file ? [0x42, 0x21, 0x00, recordSize, recordCount] : [0x41, 0x21];
  return object(
    0x62,
    ...object(0x82, ...descriptor),
    ...identifier(file.id),
    ...object(0x8a, 0x05),
    ...object(0x80, size >> 8, size & 0xff),
  );
}

/** The same of a directory; that of the USIM has a name besides. */
export function directoryParameters(id: number, isUsim = false): Uint8Array {
  const name = isUsim ? object(0x84, ...usimAid) : [];
  return object(0x62, ...object(0x82, 0x78, 0x21), ...identifier(id), ...name);
}

/** Bytes. */
export function sizesOf(file: CardFile): {
  readonly size: number;
  readonly recordSize: number;
  readonly recordCount: number;
} {
  if ('content' in file) return { size: file.content.length, recordSize: 0, recordCount: 0 };
  const recordSize = file.records[0]?.length ?? 0;
  return { size: recordSize * file.records.length, recordSize, recordCount: file.records.length };
}

function identifier(id: number): Uint8Array {
  return object(0x83, id >> 8, id & 0xff);
}

/** A BER-TLV data object. */
function object(tag: number, ...value: readonly number[]): Uint8Array {
  return Uint8Array.of(tag, value.length, ...value);
}
