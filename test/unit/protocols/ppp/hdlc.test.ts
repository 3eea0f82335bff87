import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { fcs16 } from '../../../../harness/protocols/ppp/fcs.ts';
import {
  ACCM_DEFAULT,
  createDeframer,
  encodeFrame,
  type BadFrame,
} from '../../../../harness/protocols/ppp/hdlc.ts';
import { fromHex, readVectors, toHex } from './vectors.ts';

interface FrameVector {
  readonly title: string;
  readonly protocol: number;
  readonly accm: number;
  readonly information: string;
  readonly frame: string;
}

const { frames } = readVectors<{ frames: FrameVector[] }>('scapy-packets.json');

function collect(accm = ACCM_DEFAULT) {
  const good: { protocol: number; information: string }[] = [];
  const bad: BadFrame[] = [];
  const deframer = createDeframer({
    onFrame: (protocol, information) => good.push({ protocol, information: toHex(information) }),
    onBad: (frame) => bad.push(frame),
  });
  deframer.accm = accm;
  return { good, bad, deframer };
}

describe('async HDLC framing', () => {
  it('has the check value of CRC-16/X-25', () => {
    const digits = Uint8Array.from('123456789', (digit) => digit.charCodeAt(0));
    expect(~fcs16(digits, 0, 9) & 0xffff).toBe(0x906e);
  });

  it.each(frames)('writes the frame of another program: $title', (vector) => {
    expect(toHex(encodeFrame(vector.protocol, fromHex(vector.information), vector.accm))).toBe(vector.frame);
  });

  it.each(frames)('reads the frame of another program: $title', (vector) => {
    const { good, bad, deframer } = collect(vector.accm);
    deframer.push(fromHex(vector.frame));
    expect(good).toEqual([{ protocol: vector.protocol, information: vector.information }]);
    expect(bad).toEqual([]);
  });

  it('takes compressed addresses and protocols', () => {
    const { good, deframer } = collect(0);
    const body = [0x21, 1, 2, 3];
    const fcs = ~fcs16(Uint8Array.from(body), 0, body.length);
    deframer.push(Uint8Array.of(0x7e, ...body, fcs & 255, (fcs >>> 8) & 255, 0x7e));
    expect(good).toEqual([{ protocol: 0x21, information: '010203' }]);
  });

  it('drops control characters that the line put in, while its map says so', () => {
    const { good, deframer } = collect(1 << 0x11);
    const frame = encodeFrame(0x21, Uint8Array.of(9, 8), 1 << 0x11);
    deframer.push(Uint8Array.of(...frame.subarray(0, 4), 0x11, ...frame.subarray(4)));
    expect(good).toEqual([{ protocol: 0x21, information: '0908' }]);
  });

  it('tells of bad frames and goes on with the next one', () => {
    const { good, bad, deframer } = collect(0);
    const damaged = encodeFrame(0x21, Uint8Array.of(1, 2, 3), 0).slice();
    damaged[6] = 0x55;
    deframer.push(Uint8Array.from(' \rNO CARRIER\r\n', (character) => character.charCodeAt(0)));
    deframer.push(damaged);
    deframer.push(Uint8Array.of(1, 2, 0x7e, 1, 2, 3, 0x7d, 0x7e));
    deframer.push(new Uint8Array(5_000).fill(7));
    deframer.push(encodeFrame(0x21, Uint8Array.of(4), 0));
    expect(bad.map(({ reason }) => reason)).toEqual([
      'bad FCS',
      'bad FCS',
      'too short',
      'aborted',
      'too long',
    ]);
    expect(good).toEqual([{ protocol: 0x21, information: '04' }]);
  });

  it('gives back any packets, however the stream is cut', () => {
    const packet = fc.record({
      protocol: fc.constantFrom(0x21, 0x57, 0x8021, 0xc021),
      information: fc.uint8Array({ maxLength: 200 }),
    });
    const accm = fc.constantFrom(0, ACCM_DEFAULT, 0x000a0000);
    fc.assert(
      fc.property(fc.array(packet), accm, fc.integer({ min: 1, max: 50 }), (packets, map, cut) => {
        const { good, bad, deframer } = collect(map);
        const stream = packets.flatMap((p) => [...encodeFrame(p.protocol, p.information, map)]);
        for (let at = 0; at < stream.length; at += cut) {
          deframer.push(Uint8Array.from(stream.slice(at, at + cut)));
        }
        expect(bad).toEqual([]);
        expect(good).toEqual(packets.map((p) => ({ ...p, information: toHex(p.information) })));
      }),
    );
  });

  it('survives any bytes, and finds the frame after them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const { good, deframer } = collect(0);
        deframer.push(noise);
        deframer.push(Uint8Array.of(0x7e));
        deframer.push(encodeFrame(0x8021, Uint8Array.of(1), 0));
        expect(good.at(-1)).toEqual({ protocol: 0x8021, information: '01' });
      }),
    );
  });

  it('never takes a frame with one damaged octet', () => {
    const arbitrary = fc.tuple(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
    );
    fc.assert(
      fc.property(arbitrary, ([information, where, difference]) => {
        const { good, deframer } = collect(0);
        const body = Uint8Array.of(0xff, 3, 0, 0x21, ...information);
        const fcs = ~fcs16(body, 0, body.length);
        const octets = [...body, fcs & 255, (fcs >>> 8) & 255];
        const at = where % octets.length;
        octets[at] = (octets[at] as number) ^ difference;
        const stuffed = octets.flatMap((octet) =>
          octet === 0x7e || octet === 0x7d ? [0x7d, octet ^ 0x20] : [octet],
        );
        deframer.push(Uint8Array.of(0x7e, ...stuffed, 0x7e));
        expect(good).toEqual([]);
      }),
    );
  });
});
