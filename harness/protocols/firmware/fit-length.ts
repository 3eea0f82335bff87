/** Tokens of a structure block. Source: Devicetree Specification 5.4.1. */
const BEGIN_NODE = 1;
const END_NODE = 2;
const PROPERTY = 3;
const NOP = 4;

const aligned = (at: number): number => (at + 3) & ~3;

/**
 * How many octets an image tree has with the data that lies behind it. A tree that makes no sense counts for what its
 * header says: the router refuses it.
 * Source: Devicetree Specification 5.2; U-Boot doc/uImage.FIT/source_file_format.txt, "External data".
 */
export function fitLength(bytes: Buffer): number {
  const size = bytes.readUInt32BE(4);
  if (size > bytes.length) return size;
  const ends = externalData(bytes).map(({ position, offset = 0, size: length = 0 }) =>
    length === 0 ? 0 : (position ?? aligned(size) + offset) + length,
  );
  return Math.max(size, ...ends);
}

/** `data-position` counts from the beginning of the file, `data-offset` from the end of the tree. */
interface External {
  position?: number;
  offset?: number;
  size?: number;
}

const PROPERTIES: Readonly<Record<string, keyof External>> = {
  'data-position': 'position',
  'data-offset': 'offset',
  'data-size': 'size',
};

function externalData(bytes: Buffer): readonly External[] {
  const strings = bytes.readUInt32BE(12);
  const found: External[] = [];
  const open: External[] = [];
  for (let at = bytes.readUInt32BE(8); at + 4 <= bytes.length;) {
    const token = bytes.readUInt32BE(at);
    at += 4;
    if (token === BEGIN_NODE) {
      const node: External = {};
      open.push(node);
      found.push(node);
      at = aligned(endOfText(bytes, at) + 1);
    } else if (token === END_NODE) open.pop();
    else if (token === PROPERTY && at + 8 <= bytes.length) {
      const [length, nameAt] = [bytes.readUInt32BE(at), strings + bytes.readUInt32BE(at + 4)];
      const key = PROPERTIES[bytes.toString('latin1', nameAt, endOfText(bytes, nameAt))];
      const node = open.at(-1);
      if (key && node && length === 4 && at + 12 <= bytes.length) node[key] = bytes.readUInt32BE(at + 8);
      at = aligned(at + 8 + length);
    } else if (token !== NOP) break;
  }
  return found;
}

function endOfText(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(0, at);
  return end < 0 ? bytes.length : end;
}
