import { describe, expect, it } from '@jest/globals';
import { formatSocketAddress, parseSocketAddress } from '../../../harness/transport/socket.ts';

describe('the address of a socket', () => {
  it.each([
    ['unix:/tmp/modem.sock', { kind: 'unix', path: '/tmp/modem.sock' }],
    ['tcp:127.0.0.1:4000', { kind: 'tcp', host: '127.0.0.1', port: 4_000 }],
    ['tcp:[::1]:4000', { kind: 'tcp', host: '::1', port: 4_000 }],
    ['tcp:lab.example:0', { kind: 'tcp', host: 'lab.example', port: 0 }],
  ] as const)('reads and writes %s', (text, address) => {
    expect(parseSocketAddress(text)).toEqual(address);
    expect(formatSocketAddress(address)).toBe(text);
  });

  it.each(['', 'unix:', 'tcp:4000', 'tcp:host:', 'tcp:host:70000', 'tcp:::1:4000', '/tmp/modem.sock'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseSocketAddress(text)).toThrow(
        expect.objectContaining({ code: 'socket.bad-address', blame: 'test' }),
      );
    },
  );

  it('counts bytes, not characters, of a path that may be too long for the kernel', () => {
    expect(parseSocketAddress(`unix:${'a'.repeat(107)}`).kind).toBe('unix');
    expect(() => parseSocketAddress(`unix:${'ä'.repeat(54)}`)).toThrow(/at most 107 bytes, this one has 108/);
  });
});
