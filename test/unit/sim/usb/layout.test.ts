import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { decodeDescriptors, encodeDescriptor } from '../../../../harness/protocols/usb/descriptors.ts';
import { functionsOf, type ModemProfile } from '../../../../harness/sim/modem/profile.ts';
import { profileById } from '../../../../harness/sim/modem/profiles/index.ts';
import type { UsbIdentity } from '../../../../harness/sim/modem/usb.ts';
import { createLayout } from '../../../../harness/sim/usb/layout.ts';

const vectors = readFileSync('test/vectors/usb/mc7455.txt', 'utf8');

function vector(name: string): string {
  const lines = vectors.split('\n').filter((line) => line.startsWith(`${name} `));
  return lines.map((line) => line.slice(name.length).replaceAll(' ', '')).join('');
}

function identityOf(profile: ModemProfile, composition: number): UsbIdentity {
  return { ...profile.usb, interfaces: functionsOf(profile.usb, composition) };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const mc7455 = profileById('mc7455');
const ec25 = profileById('ec25-a');

describe('the descriptors of a modem', () => {
  it.each([
    ['qmi', 0x10d],
    ['mbim', 0x100d],
  ])('are byte for byte those that Linux binds to: MC7455, %s', (name, composition) => {
    const { configuration, device } = createLayout(identityOf(mc7455, composition), undefined);
    expect(hex(configuration)).toBe(vector(name));
    expect(hex(encodeDescriptor(device))).toBe('120100020000004099117190060001020301');
  });

  it('have the length and the endpoints of an EC25', () => {
    const { configuration, interfaces } = createLayout(identityOf(ec25, 0), undefined);
    expect(configuration.length).toBe(209);
    expect(interfaces[4]?.endpoints.map(({ address }) => address)).toEqual([0x89, 0x88, 0x05]);
  });

  it('give an Ethernet function its partner, its address, and a setting without endpoints', () => {
    const layout = createLayout(identityOf(ec25, 1), '02:15:6f:00:00:0a');
    const descriptors = decodeDescriptors(layout.configuration);
    const macString = descriptors.find((one) => one.kind === 'cdcEthernet')?.macString ?? 0;
    expect(layout.strings[macString - 1]).toBe('02156F00000A');
    expect(descriptors).toContainEqual({ kind: 'cdcUnion', control: 4, subordinates: [5] });
    expect(descriptors.filter((one) => one.kind === 'association')).toHaveLength(1);
    expect(
      layout.interfaces.filter((one) => one.function.number === 5).map((one) => one.endpoints.length),
    ).toEqual([0, 2]);
    expect(layout.device).toMatchObject({ class: 'ef', subclass: '02', protocol: '01' });
  });

  it('read back as what they were written from, unknown ones as they stand', () => {
    const { configuration } = createLayout(identityOf(mc7455, 0x100d), undefined);
    const strange = Uint8Array.of(5, 0x30, 1, 2, 3);
    const bytes = Uint8Array.of(...configuration, ...strange);
    expect(hex(Buffer.concat(decodeDescriptors(bytes).map(encodeDescriptor)))).toBe(hex(bytes));
    expect(() => decodeDescriptors(configuration.subarray(0, -1))).toThrow(/ends after/);
  });
});
