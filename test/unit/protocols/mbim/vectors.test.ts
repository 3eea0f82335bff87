import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import * as device from '../../../../harness/protocols/mbim/basic-connect/device.ts';
import * as registration from '../../../../harness/protocols/mbim/basic-connect/registration.ts';
import * as session from '../../../../harness/protocols/mbim/basic-connect/session.ts';
import * as subscriber from '../../../../harness/protocols/mbim/basic-connect/subscriber.ts';
import { decodeBuffer, encodeBuffer } from '../../../../harness/protocols/mbim/buffer.ts';
import type { MbimCommand } from '../../../../harness/protocols/mbim/declare.ts';
import { decodeMbim, encodeMbim, type MbimMessage } from '../../../../harness/protocols/mbim/message.ts';
import * as otherServices from '../../../../harness/protocols/mbim/other-services.ts';
import * as sms from '../../../../harness/protocols/mbim/sms.ts';

interface Vector {
  readonly title: string;
  readonly command: string;
  readonly hex: string;
  readonly value: unknown;
}

const libmbim = load('libmbim-messages') as Record<'answers' | 'orders', Vector[]> & {
  refused: (Vector & { code: string })[];
};
const umbim = load('umbim-session') as {
  messages: { title: string; hex: string; message: unknown }[];
  information: (Vector & { part: 'set' | 'response' })[];
};

/** Headers of a command and of its answer, before the information. */
const HEADERS = 48;

describe('messages of libmbim', () => {
  it.each(libmbim.answers)('reads $title', ({ command, hex, value, title }) => {
    expect(plain(decodeBuffer(named(command).response, bytes(hex).subarray(HEADERS), title))).toEqual(value);
  });

  it.each(libmbim.refused)('refuses $title', ({ command, hex, code, title }) => {
    expect(() => decodeBuffer(named(command).response, bytes(hex).subarray(HEADERS), title)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it.each(libmbim.orders)('reads and writes $title, byte for byte', ({ command, hex, value, title }) => {
    const message = decodeMbim(bytes(hex));
    if (message.kind !== 'command') throw new Error(`a ${message.kind}`);
    const { service, cid, set } = named(command);
    expect([message.service, message.cid]).toEqual([service, cid]);
    if (!set) throw new Error(`${command} can't be set`);
    const order = decodeBuffer(set, message.information, title);
    expect(plain(order)).toEqual(value);
    expect(hexOf(encodeMbim({ ...message, information: encodeBuffer(set, order) }))).toBe(hex);
  });
});

describe('a session of umbim', () => {
  it('ends with a close that has four octets more than its header', () => {
    const close = Buffer.from('02000000100000000300000001000000', 'hex');
    expect(decodeMbim(close)).toEqual({ kind: 'close', transaction: 3 });
  });

  it.each(umbim.messages)('reads and writes $title', ({ hex, message }) => {
    const read = decodeMbim(bytes(hex));
    expect(plain(read)).toEqual(message);
    expect(hexOf(encodeMbim(read as MbimMessage))).toBe(hex);
  });

  it.each(umbim.information)('reads and writes $title', ({ command, part, hex, value, title }) => {
    const field = named(command)[part];
    if (!field) throw new Error(`${command} has no ${part}`);
    const read = decodeBuffer(field, bytes(hex), title);
    expect(plain(read)).toEqual(value);
    expect(hexOf(encodeBuffer(field, read))).toBe(hex);
  });
});

function named(name: string): MbimCommand {
  const all = { ...device, ...subscriber, ...registration, ...session, ...sms, ...otherServices };
  const found = Object.values<unknown>(all).find(
    (it): it is MbimCommand => typeof it === 'object' && it !== null && 'name' in it && it.name === name,
  );
  if (!found) throw new Error(`no command ${name}`);
  return found;
}

function load(name: string): unknown {
  return JSON.parse(readFileSync(`test/vectors/mbim/${name}.json`, 'utf8'));
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function hexOf(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}

/** As the vectors write it down. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (ArrayBuffer.isView(value)) return hexOf(value as Uint8Array);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [] : [[name, plain(inner)]])),
  );
}
