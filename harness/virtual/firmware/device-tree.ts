/** A property's value: text, 32-bit cells, or bytes. */
export type Value = string | readonly number[] | Uint8Array;

/** A node of a device tree: properties and nodes by name, in the order in which they are written. */
export interface Node {
  readonly [name: string]: Value | Node;
}

const token = { beginNode: 1, endNode: 2, property: 3, end: 9 } as const;
const MAGIC = 0xd00dfeed;
const HEADER = 40;
/** The list of reserved memory: its end mark alone. */
const RESERVATIONS = 16;

/** A flattened device tree (DTB) of version 17. Source: Devicetree Specification 0.4, chapter 5. */
export function flattenTree(root: Node): Buffer {
  const strings = new Map<string, number>();
  const structure = Buffer.concat([...nodePieces('', root, strings), cells([token.end])]);
  const names = Buffer.from([...strings.keys()].map((name) => `${name}\0`).join(''), 'latin1');
  const structureAt = HEADER + RESERVATIONS;
  const namesAt = structureAt + structure.length;
  const total = namesAt + names.length;
  const header = [MAGIC, total, structureAt, namesAt, HEADER, 17, 16, 0, names.length, structure.length];
  return Buffer.concat([cells(header), Buffer.alloc(RESERVATIONS), structure, names]);
}

function nodePieces(name: string, node: Node, strings: Map<string, number>): Buffer[] {
  const entries = Object.entries(node);
  const properties = entries.flatMap(([key, value]) =>
    isValue(value) ? propertyPieces(key, value, strings) : [],
  );
  const children = entries.flatMap(([key, value]) => (isValue(value) ? [] : nodePieces(key, value, strings)));
  return [
    cells([token.beginNode]),
    padded(Buffer.from(`${name}\0`, 'latin1')),
    ...properties,
    ...children,
    cells([token.endNode]),
  ];
}

const isValue = (value: Value | Node): value is Value =>
  typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array;

function propertyPieces(name: string, value: Value, strings: Map<string, number>): Buffer[] {
  const bytes = bytesOf(value);
  return [cells([token.property, bytes.length, offsetOf(name, strings)]), padded(bytes)];
}

function bytesOf(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.from(`${value}\0`, 'utf8');
  return value instanceof Uint8Array ? Buffer.from(value) : cells(value);
}

/** Each name stands once in the block of strings. */
function offsetOf(name: string, strings: Map<string, number>): number {
  const known = strings.get(name);
  if (known !== undefined) return known;
  const offset = [...strings.keys()].reduce((sum, { length }) => sum + length + 1, 0);
  strings.set(name, offset);
  return offset;
}

function cells(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
