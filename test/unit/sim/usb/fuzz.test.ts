import { describe, expect, it } from '@jest/globals';
import { createRng, type Rng } from '../../../../harness/core/chance.ts';
import type { RedirKind, RedirPacket } from '../../../../harness/protocols/usbredir/packets.ts';
import { encodeQmi } from '../../../../harness/protocols/qmi/message.ts';
import { qmiService } from '../../../../harness/protocols/qmi/services.ts';
import { functionsOf } from '../../../../harness/sim/modem/profile.ts';
import { createUsbDevice } from '../../../../harness/sim/usb/device.ts';
import { bench } from '../modem/bench.ts';
import { guestOf } from './host.ts';

const PACKETS = 34_000;

function pick<T>(rng: Rng, items: readonly T[]): T {
  return items[rng.integer(0, items.length - 1)] as T;
}

function bytes(rng: Rng, most: number): Uint8Array {
  return Uint8Array.from({ length: rng.integer(0, most) }, () => rng.integer(0, 255));
}

/** Half of the values are near those that mean something. */
const endpoints = [0, 1, 2, 3, 4, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x8f];
const types = [0x00, 0x01, 0x02, 0x21, 0x80, 0x81, 0x82, 0xa1, 0x40, 0xc0];
const requests = [0, 1, 3, 5, 6, 9, 10, 11, 0x20, 0x21, 0x22, 0x23, 0x43, 0x80, 0x81, 0x83, 0x85, 0x86];
const interfaces = [0, 2, 3, 8, 12, 13];
const kinds: readonly RedirKind[] = [
  'control',
  'control',
  'control',
  'bulk',
  'bulk',
  'interrupt',
  'cancelDataPacket',
  'startInterruptReceiving',
  'stopInterruptReceiving',
  'setConfiguration',
  'setAltSetting',
  'getAltSetting',
  'reset',
];

const pdu = Buffer.from('0001000b912120550510f900000ae8329bfd4697d9ec37', 'hex');
/** Written, sent and listed over QMI, sent over AT. */
const textMessages: readonly Uint8Array[] = [
  ...[0x20, 0x21].map((id) =>
    encodeQmi({
      service: qmiService.wms,
      client: 1,
      kind: 'request',
      transaction: 3,
      id,
      tlvs: [{ type: 1, value: Uint8Array.of(...(id === 0x21 ? [0] : []), 6, pdu.length, 0, ...pdu) }],
    }),
  ),
  Buffer.from(`AT+CMGS=${pdu.length - 1}\r${pdu.toString('hex')}\x1a`),
  Buffer.from('AT+CMGL=4;+CMGD=0,4;+CRSM=176,12258,0,0,10\r'),
];

function allocation(service: number): Uint8Array {
  const tlvs = [{ type: 1, value: Uint8Array.of(service) }];
  return encodeQmi({ service: 0, client: 0, kind: 'request', transaction: 1, id: 0x22, tlvs });
}

/** A frame of QMI, MBIM or AT with some bytes changed. */
function message(rng: Rng): Uint8Array {
  const whole = pick(rng, [
    Buffer.from('010f0000000000012200040001010003', 'hex'),
    Buffer.from('010c00000101000001002200000000', 'hex'),
    Buffer.from('0100000010000000010000000010 0000'.replace(' ', ''), 'hex'),
    allocation(pick(rng, Object.values(qmiService))),
    ...textMessages,
    Buffer.from('AT+CGDCONT=1,"IP","internet"\r'),
    Buffer.from('ATD*99#\r'),
    bytes(rng, 64),
  ]);
  const mutated = Uint8Array.from(whole);
  for (let changes = rng.integer(0, 3); changes > 0 && mutated.length > 0; changes--) {
    mutated[rng.integer(0, mutated.length - 1)] = rng.integer(0, 255);
  }
  return mutated;
}

function packet(rng: Rng, id: bigint): RedirPacket {
  const wild = rng.chance(0.2);
  const any = (known: readonly number[], most = 255): number =>
    wild ? rng.integer(0, most) : pick(rng, known);
  return {
    kind: pick(rng, kinds),
    id,
    status: 0,
    stream: 0,
    endpoint: any(endpoints),
    requestType: any(types),
    request: any(requests),
    value: any([0, 1, 2, 3, 0x100, 0x200, 0x300, 0x301, 0x600], 0xffff),
    index: any(interfaces, 0xffff),
    length: any([0, 1, 8, 64, 512, 4_096], 0xffff),
    interface: any(interfaces),
    alternate: any([0, 1]),
    configuration: any([0, 1]),
    data: message(rng),
  } as unknown as RedirPacket;
}

describe('a modem on USB, fed with nonsense', () => {
  it.each([
    ['mc7455', 0x10d],
    ['mc7455', 0x100d],
    ['ec25-a', 1],
  ] as const)('never crashes, and still answers in the end: %s, %i', async (model, composition) => {
    const rng = createRng(`fuzz/${model}/${composition}`);
    const { modem, drive, pass } = bench(model);
    modem.input({ kind: 'setComposition', composition });
    modem.input({ kind: 'reset' });
    const device = createUsbDevice(modem);
    await drive(async () => {
      await pass(20_000);
      expect(modem.usb?.interfaces).toEqual(functionsOf(modem.profile.usb, composition));
      const guest = guestOf(device);
      guest.greet();
      guest.send({ kind: 'setConfiguration', id: 1n, configuration: 1 });
      for (let n = 0; n < PACKETS; n++) {
        guest.send(packet(rng, BigInt(rng.integer(2, 200))));
        if (n % 100 === 0) await pass(20);
      }
      expect(guest.closed).toBe(false);
      modem.power(false);
      modem.power(true);
      await pass(20_000);
      guest.send({ kind: 'deviceDisconnectAck', id: 0n });
      const { vendorId } = modem.profile.usb;
      const answer = guest.control({ requestType: 0x80, request: 6, value: 0x100, length: 18 });
      expect(Buffer.from(answer.data).readUInt16LE(8).toString(16)).toBe(vendorId);
    });
  });
});
