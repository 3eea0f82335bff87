import { map, repeated, rest, struct, u16, u32, u8, type Field, type ValueOf } from '../binary/field.ts';
import { createReader, readAll } from '../binary/reader.ts';
import { createWriter } from '../binary/writer.ts';
import { encode } from '../binary/encode.ts';

/** bDescriptorType (USB 2.0, table 9-5; interface association: ECN of 2003; class-specific: CDC 1.2, table 12). */
export const descriptorType = {
  device: 0x01,
  configuration: 0x02,
  string: 0x03,
  interface: 0x04,
  endpoint: 0x05,
  deviceQualifier: 0x06,
  otherSpeedConfiguration: 0x07,
  association: 0x0b,
  bos: 0x0f,
  functional: 0x24,
} as const;

/** Two hexadecimal digits a byte, as identities are written. */
const classCode: Field<string> = map(
  u8,
  (value) => value.toString(16).padStart(2, '0'),
  (text) => Number.parseInt(text, 16),
);

const classCodes = { class: classCode, subclass: classCode, protocol: classCode };

interface Shape<T> {
  /** What follows bLength: the type, and the subtype of functional descriptors. */
  readonly prefix: readonly number[];
  readonly field: Field<T>;
}

function shape<T>(prefix: readonly number[], field: Field<T>): Shape<T> {
  return { prefix, field };
}

/** Class-specific, of an interface (CDC 1.2, 5.2.3). */
function functional<T>(subtype: number, field: Field<T>): Shape<T> {
  return shape([descriptorType.functional, subtype], field);
}

const shapes = {
  device: shape(
    [descriptorType.device],
    struct({
      usbVersion: u16,
      ...classCodes,
      maxPacketSize0: u8,
      vendorId: u16,
      productId: u16,
      deviceVersion: u16,
      manufacturerString: u8,
      productString: u8,
      serialNumberString: u8,
      configurations: u8,
    }),
  ),
  configuration: shape(
    [descriptorType.configuration],
    struct({
      totalLength: u16,
      interfaces: u8,
      value: u8,
      string: u8,
      attributes: u8,
      /** In units of 2 mA. */
      maxPower: u8,
    }),
  ),
  interface: shape(
    [descriptorType.interface],
    struct({ number: u8, alternate: u8, endpoints: u8, ...classCodes, string: u8 }),
  ),
  endpoint: shape(
    [descriptorType.endpoint],
    struct({ address: u8, attributes: u8, maxPacketSize: u16, interval: u8 }),
  ),
  deviceQualifier: shape(
    [descriptorType.deviceQualifier],
    struct({ usbVersion: u16, ...classCodes, maxPacketSize0: u8, configurations: u8, reserved: u8 }),
  ),
  association: shape(
    [descriptorType.association],
    struct({ first: u8, count: u8, ...classCodes, string: u8 }),
  ),
  cdcHeader: functional(0x00, struct({ version: u16 })),
  cdcCallManagement: functional(0x01, struct({ capabilities: u8, dataInterface: u8 })),
  cdcAcm: functional(0x02, struct({ capabilities: u8 })),
  cdcUnion: functional(0x06, struct({ control: u8, subordinates: repeated(u8) })),
  cdcEthernet: functional(
    0x0f,
    struct({
      macString: u8,
      statistics: u32,
      maxSegmentSize: u16,
      multicastFilters: u16,
      powerFilters: u8,
    }),
  ),
  cdcNcm: functional(0x1a, struct({ version: u16, capabilities: u8 })),
  /** MBIM 1.0, 6.4. */
  mbim: functional(
    0x1b,
    struct({
      version: u16,
      maxControlMessage: u16,
      filters: u8,
      maxFilterSize: u8,
      maxSegmentSize: u16,
      capabilities: u8,
    }),
  ),
  /** MBIM 1.0 errata 1, 6.5. */
  mbimExtended: functional(0x1c, struct({ version: u16, maxOutstanding: u8, mtu: u16 })),
} as const;

type Shapes = typeof shapes;
type KnownDescriptor = {
  [K in keyof Shapes]: { readonly kind: K } & ValueOf<Shapes[K]['field']>;
}[keyof Shapes];

/** A descriptor of any kind; `other`: one that is not modelled here, kept as it stands. */
export type Descriptor =
  KnownDescriptor | { readonly kind: 'other'; readonly type: number; readonly body: Uint8Array };

export type DescriptorOf<K extends Descriptor['kind']> = Extract<Descriptor, { kind: K }>;

export function encodeDescriptor(descriptor: Descriptor): Uint8Array {
  const body = createWriter();
  if (descriptor.kind === 'other') {
    body.u8(descriptor.type);
    body.bytes(descriptor.body);
  } else {
    const { prefix, field } = shapes[descriptor.kind] as Shape<unknown>;
    for (const byte of prefix) body.u8(byte);
    field.write(body, descriptor);
  }
  const whole = createWriter();
  whole.u8(body.length + 1);
  whole.bytes(body.finish());
  return whole.finish();
}

/** What GET_DESCRIPTOR(CONFIGURATION) answers: the configuration's own with its total length, then all that it holds. */
export function encodeConfiguration(
  configuration: Omit<DescriptorOf<'configuration'>, 'kind' | 'totalLength'>,
  contents: readonly Descriptor[],
): Uint8Array {
  const parts = contents.map(encodeDescriptor);
  const ownLength = 9;
  const totalLength = parts.reduce((sum, part) => sum + part.length, ownLength);
  const whole = createWriter();
  whole.bytes(encodeDescriptor({ kind: 'configuration', ...configuration, totalLength }));
  for (const part of parts) whole.bytes(part);
  return whole.finish();
}

/**
 * Every descriptor in these bytes, one after the other.
 * @throws HarnessError `binary.truncated`, `binary.trailing` for one whose length and contents disagree
 */
export function decodeDescriptors(bytes: Uint8Array): Descriptor[] {
  const from = createReader(bytes, 'USB descriptors');
  const found: Descriptor[] = [];
  while (from.left > 0) {
    const length = from.u8();
    found.push(decodeBody(from.take(Math.max(length - 1, 1))));
  }
  return found;
}

function decodeBody(body: Uint8Array): Descriptor {
  for (const [kind, { prefix, field }] of Object.entries(shapes) as [string, Shape<object>][]) {
    if (!prefix.every((byte, index) => body[index] === byte)) continue;
    const value = readAll(body.subarray(prefix.length), `USB ${kind} descriptor`, (from) => field.read(from));
    return { kind, ...value } as Descriptor;
  }
  return { kind: 'other', type: body[0] as number, body: body.subarray(1) };
}

const utf16: Field<string> = map(
  rest,
  (bytes) => new TextDecoder('utf-16le').decode(bytes),
  (text) => Uint8Array.from(Buffer.from(text, 'utf16le')),
);

/** Characters that one descriptor can hold. */
const MAX_CHARACTERS = 126;

/** A string descriptor (USB 2.0, 9.6.7); what does not fit is cut off. */
export function encodeString(text: string): Uint8Array {
  const body = encode(utf16, text.slice(0, MAX_CHARACTERS));
  return Uint8Array.of(body.length + 2, descriptorType.string, ...body);
}

/** @throws HarnessError `binary.truncated` */
export function decodeString(descriptor: Uint8Array): string {
  const from = createReader(descriptor, 'USB string descriptor');
  const length = from.u8();
  from.u8();
  return utf16.read(createReader(from.take(length - 2), 'USB string'));
}

/** String 0: the one language of all the others, as language identifier. */
export function encodeLanguages(...languages: readonly number[]): Uint8Array {
  const body = languages.flatMap((language) => [language & 0xff, language >>> 8]);
  return Uint8Array.of(body.length + 2, descriptorType.string, ...body);
}
