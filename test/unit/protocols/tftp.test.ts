import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { decodeTftp, encodeTftp, type TftpPacket } from '../../../harness/protocols/tftp/packet.ts';

const word = fc.integer({ min: 0, max: 0xffff });
const text = fc.stringMatching(/^[\x20-\x7e]{1,40}$/);
const options = fc
  .uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 4 })
  .chain((names) => fc.tuple(...names.map((name) => text.map((value) => [name, value] as const))))
  .map((entries) => new Map(entries));

const packet: fc.Arbitrary<TftpPacket> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('read', 'write'),
    file: text,
    mode: fc.constantFrom('octet', 'netascii'),
    options,
  }),
  fc.record({ kind: fc.constant('data'), block: word, bytes: fc.uint8Array({ maxLength: 600 }) }),
  fc.record({ kind: fc.constant('acknowledgement'), block: word }),
  fc.record({ kind: fc.constant('error'), code: word, message: text }),
  fc.record({ kind: fc.constant('optionAcknowledgement'), options: options.filter(({ size }) => size > 0) }),
);

describe('TFTP packets', () => {
  it('come out as they went in', () => {
    fc.assert(fc.property(packet, (one) => expect(decodeTftp(encodeTftp(one))).toEqual(one)));
  });

  it('are read, or refused by name, whatever arrives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeTftp(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'tftp.malformed' });
        }
      }),
    );
  });

  // What U-Boot 2023.01 sends for `tftpboot` (net/tftp.c, tftp_send, state SEND_RRQ), written out by hand.
  it('are those of U-Boot: a read request with its options', () => {
    const bytes = Buffer.from(
      '\0\x01wwanlab.img\0octet\0timeout\x005\0tsize\x000\0blksize\x001468\0',
      'latin1',
    );
    expect(decodeTftp(bytes)).toEqual({
      kind: 'read',
      file: 'wwanlab.img',
      mode: 'octet',
      options: new Map([
        ['timeout', '5'],
        ['tsize', '0'],
        ['blksize', '1468'],
      ]),
    });
  });

  it.each([
    ['a text without its end', [0, 1, 0x61, 0, 0x6f]],
    ['a request without a mode', [0, 1, 0x61, 0]],
    ['an option without a value', [0, 1, 0x61, 0, 0x6f, 0, 0x62, 0]],
    ['an unknown operation', [0, 9, 0, 0]],
    ['too few octets', [0, 4, 0]],
  ])('refuses %s', (_what, bytes) => {
    expect(() => decodeTftp(Uint8Array.from(bytes))).toThrow(/this is no TFTP packet/);
  });
});
