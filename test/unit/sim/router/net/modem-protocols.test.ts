import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { seconds } from '../../../../../harness/core/units.ts';
import type { Fault } from '../../../../../harness/sim/faults.ts';
import { createModem, type EmulatedModem } from '../../../../../harness/sim/modem/modem.ts';
import { profileById } from '../../../../../harness/sim/modem/profiles/index.ts';
import type { SimCard } from '../../../../../harness/sim/modem/sim-card.ts';
import { createNetwork } from '../../../../../harness/sim/network/mobile-network.ts';
import { createRig, type Rig } from './rig.ts';

/** What a real OpenWrt printed; see the provenance in the file. */
const sessions = JSON.parse(
  readFileSync('test/vectors/openwrt/modem-protocol-sessions.json', 'utf8'),
) as Readonly<Record<string, readonly string[]>>;

interface Wanted {
  readonly proto: 'qmi' | 'mbim';
  readonly wwan?: Readonly<Record<string, string>>;
  readonly faults?: readonly Fault[];
  readonly sim?: Partial<SimCard> | 'none';
}

/** A router with an emulated MC7455 in its QMI or MBIM composition; the interface `wwan` is down. */
function bench({ proto, wwan, faults = [], sim }: Wanted): { rig: Rig; modem: () => EmulatedModem } {
  let modem: EmulatedModem | undefined;
  const rig = createRig({
    device: '/dev/cdc-wdm0',
    wwan: { proto, ...wwan },
    modem: (parts) => {
      const network = createNetwork({ ...parts, subscription: { apns: ['internet'] }, faults });
      const mc7455 = profileById('mc7455');
      const factory = proto === 'qmi' ? mc7455.usb.composition.factory : 0x100d;
      const profile = { ...mc7455, usb: { ...mc7455.usb, composition: { kind: 'bits' as const, factory } } };
      modem = createModem({ ...parts, profile, network, faults, ...(sim === undefined ? {} : { sim }) });
      return modem;
    },
  });
  return { rig, modem: () => modem as EmulatedModem };
}

/** Lines of netifd and of the handlers from the first try on, without what differs from one modem to the next. */
function said(rig: Rig, from = 0): string[] {
  const lines = rig.log(from).map((line) =>
    line
      .replace(/\((?:\d+|PID)\)/, '(PID)')
      .replace(/: mbim (?=[A-Z])/, ': mbim[PID] ')
      .replace(/(deviceid|simiccid|subscriberid): .*/, (_text, field: string) => `${field}: N`)
      .replace(
        /(firmwareinfo|hardwareinfo|maxsessions|devicetype|voiceclass|dataclass|uplinkspeed|downlinkspeed|ipv4mtu): .*/,
        '$1: N',
      )
      .replace(/MTU of wwan0 to \d+/, 'MTU of wwan0 to N')
      .replace(/\b10\.\d+\.\d+\.\d+/g, 'ADDRESS')
      .replace(/v1\.37\.0\S*/, 'v1.37.0'),
  );
  const words = lines.filter((line) => /^(?:daemon\.notice netifd|user\.notice root): /.test(line));
  const begin = words.findIndex((line) => line.includes("'wwan"));
  return words.slice(begin).map((line) => line.trimEnd());
}

const expected = (name: string): string[] =>
  (sessions[name] ?? []).map((line) =>
    line
      .replace(/(deviceid|simiccid|subscriberid): .*/, '$1: N')
      .replace(
        /(firmwareinfo|hardwareinfo|maxsessions|devicetype|voiceclass|dataclass|uplinkspeed|downlinkspeed|ipv4mtu): .*/,
        '$1: N',
      )
      .replace(/MTU of wwan0 to \d+/, 'MTU of wwan0 to N')
      .replace(/\b10\.\d+\.\d+\.\d+/g, 'ADDRESS')
      .replace(/v1\.37\.0\S*/, 'v1.37.0')
      .trimEnd(),
  );

async function dialled(wanted: Wanted, waitS: number): Promise<Rig> {
  const { rig } = bench(wanted);
  await rig.drive(async () => {
    rig.net.start();
    await rig.clock.sleep(seconds(5));
    await rig.run(['ifup', 'wwan']);
    await rig.clock.sleep(seconds(waitS));
  });
  return rig;
}

describe('proto qmi', () => {
  it('dials as a real OpenWrt does, and reaches the internet through raw IP', async () => {
    const rig = await dialled({ proto: 'qmi' }, 30);
    expect(said(rig)).toEqual(expected('qmiUp'));
    await rig.drive(async () => {
      expect((await rig.run(['ping', '-c', '2', '8.8.8.8'])).stdout).toContain('2 packets received');
    });
    expect(rig.net.netifd.status('wwan_4')).toMatchObject({ up: true, dynamic: true, l3_device: 'wwan0' });
  });

  it('goes down with its lease', async () => {
    const rig = await dialled({ proto: 'qmi' }, 30);
    const before = rig.log().length;
    await rig.drive(async () => {
      await rig.run(['ifdown', 'wwan']);
      await rig.clock.sleep(seconds(5));
    });
    expect(said(rig, before)).toEqual(expected('qmiDown'));
    expect(rig.net.netifd.status('wwan_4')).toBeUndefined();
  });

  it.each<[string, Wanted]>([
    ['qmiDenied', { proto: 'qmi', faults: [{ kind: 'registration.deny', emmCause: 8 }] }],
    ['qmiPin', { proto: 'qmi', sim: { pin: '1234' } }],
    ['qmiWrongApn', { proto: 'qmi', wwan: { apn: 'nosuch' } }],
    ['qmiNoSim', { proto: 'qmi', sim: 'none' }],
    ['qmiMute', { proto: 'qmi', faults: [{ kind: 'qmi.silent' }] }],
  ])('fails as a real OpenWrt does: %s', async (name, wanted) => {
    const rig = await dialled(wanted, 140);
    const words = expected(name);
    expect(said(rig).slice(0, words.length)).toEqual(words);
  });
});

describe('proto mbim', () => {
  it('dials as a real OpenWrt does, and reaches the internet through transfer blocks', async () => {
    const rig = await dialled({ proto: 'mbim', wwan: { pdptype: 'ipv4' } }, 30);
    expect(said(rig)).toEqual(expected('mbimUp'));
    await rig.drive(async () => {
      expect((await rig.run(['ping', '-c', '2', '8.8.8.8'])).stdout).toContain('2 packets received');
    });
  });

  it.each<[string, Wanted]>([
    ['mbimNoSim', { proto: 'mbim', sim: 'none' }],
    ['mbimPin', { proto: 'mbim', wwan: { pdptype: 'ipv4' }, sim: { pin: '1234' } }],
    ['mbimDenied', { proto: 'mbim', faults: [{ kind: 'registration.deny', emmCause: 8 }] }],
    ['mbimWrongApn', { proto: 'mbim', wwan: { apn: 'nosuch' } }],
  ])('fails as a real OpenWrt does: %s', async (name, wanted) => {
    const rig = await dialled(wanted, 40);
    // What a modem answers to the end of a call that never was depends on the modem.
    const isCall = (line: string): boolean =>
      /sessionid|activationstate|voicecallstate|nwerror|iptype/.test(line);
    const words = expected(name).filter((line) => !isCall(line));
    const heard = said(rig).filter((line) => !isCall(line));
    expect(heard.slice(0, words.length)).toEqual(words);
  });
});

// Words and codes of qmi.sh and mbim.sh of OpenWrt main, December 2025, beside those of the sessions above.
describe('uqmi by hand', () => {
  it('tells of the call, on one line or on many, and of an option that it lacks', async () => {
    const { rig } = bench({ proto: 'qmi' });
    const ask = async (...words: string[]): Promise<{ stdout: string; stderr: string; status: number }> =>
      rig.run(['uqmi', ...words]);
    await rig.drive(async () => {
      rig.net.start();
      await rig.clock.sleep(seconds(5));
      expect((await ask('-d', '/dev/cdc-wdm0', '--get-current-settings')).stdout).toBe('"Out of call"\n');
      await rig.run(['ifup', 'wwan']);
      await rig.clock.sleep(seconds(30));
      expect((await ask('-s', '-d', '/dev/cdc-wdm0', '--get-data-status')).stdout).toBe('"connected"\n');
      const settings = (await ask('--device=/dev/cdc-wdm0', '-t', '3000', '--get-current-settings')).stdout;
      expect(settings).toMatch(
        /^\{\n\t"pdp-type": "ipv4",\n\t"ip-family": "ipv4",\n\t"mtu": \d+,\n\t"ipv4": \{\n\t\t"ip": "10\./,
      );
      expect(settings).toContain('\t"ipv6": {\n\t\t\n\t},');
      const wrong = await ask('--nosuch');
      expect(wrong.stderr).toContain("uqmi: unrecognized option '--nosuch'\nUsage: uqmi");
      expect(wrong.status).toBe(1);
    });
  });
});

describe('a handler that gives up', () => {
  it.each<[code: string, words: readonly string[], wanted: Wanted]>([
    ['NO_DEVICE', ['No control device specified'], { proto: 'qmi', wwan: { device: '' } }],
    ['NO_DEVICE', ['mbim[PID] No control device specified'], { proto: 'mbim', wwan: { device: '' } }],
    [
      'NO_DEVICE',
      ['mbim[PID] The specified control device does not exist'],
      { proto: 'mbim', wwan: { device: '/dev/cdc-wdm3' } },
    ],
    [
      'NO_IFNAME',
      ['mbim[PID] Failed to find matching interface'],
      { proto: 'mbim', wwan: { device: '/dev/ttyUSB2' } },
    ],
    ['NO_IFACE', ['The interface could not be found.'], { proto: 'qmi', wwan: { device: '/dev/ttyUSB2' } }],
    ['NO_APN', ['mbim[PID] No APN specified'], { proto: 'mbim', wwan: { apn: '' } }],
    [
      'PIN_FAILED',
      ['Waiting for SIM initialization', 'Unable to verify PIN'],
      { proto: 'qmi', wwan: { pincode: '9999' }, sim: { pin: '1234' } },
    ],
    [
      'PIN_FAILED',
      ['mbim[PID] Sending pin', 'mbim[PID] Unable to verify PIN'],
      { proto: 'mbim', wwan: { pincode: '9999' }, sim: { pin: '1234' } },
    ],
    [
      'PIN_FAILED',
      [
        'mbim[PID] Reading capabilities',
        'ERROR: mbim message timeout',
        'mbim[PID] Failed to read modem caps',
      ],
      { proto: 'mbim', faults: [{ kind: 'mbim.silent' }] },
    ],
    [
      'NETWORK_REGISTRATION_FAILED',
      ['Waiting for network registration', 'Network registration failed, registration timeout reached'],
      { proto: 'qmi', faults: [{ kind: 'cell.lost' }] },
    ],
  ])('%s: %s', async (code, words, wanted) => {
    const { rig } = bench(wanted);
    const codes = new Set<string>();
    await rig.drive(async () => {
      rig.net.start();
      await rig.clock.sleep(seconds(5));
      await rig.run(['ifup', 'wwan']);
      for (let i = 0; i < 400; i++) {
        await rig.clock.sleep(100);
        const status = rig.net.netifd.status('wwan') as { errors?: { code: string }[] };
        for (const error of status.errors ?? []) codes.add(error.code);
      }
    });
    const heard = said(rig).map((line) => line.replace(/^\S+ \S+ wwan \(PID\): /, ''));
    const at = heard.indexOf(words[0] ?? '');
    expect(heard.slice(at, at + words.length)).toEqual(words);
    expect([...codes]).toContain(code);
  });

  it('does not try a PIN again of which a try is gone', async () => {
    const { rig } = bench({ proto: 'qmi', wwan: { pincode: '9999' }, sim: { pin: '1234' } });
    await rig.drive(async () => {
      rig.net.start();
      for (let tried = 0; tried < 2; tried++) {
        await rig.clock.sleep(seconds(5));
        await rig.run(['ifup', 'wwan']);
        await rig.clock.sleep(seconds(25));
      }
    });
    const words = said(rig).filter((line) => /Unable to verify|verify count/.test(line));
    expect(words).toEqual([
      expect.stringContaining('Unable to verify PIN'),
      expect.stringMatching(/PIN verify count value is [12] this is below the limit of 3/),
    ]);
    expect(rig.net.netifd.status('wwan')).toMatchObject({ errors: [{ code: 'PIN_TRIES_BELOW_LIMIT' }] });
  });

  it('gives a PIN that is right, and says no word of it', async () => {
    const rig = await dialled({ proto: 'qmi', wwan: { pincode: '1234' }, sim: { pin: '1234' } }, 30);
    expect(said(rig).some((line) => /PIN/.test(line.replace('PID', '')))).toBe(false);
    expect(rig.net.netifd.status('wwan')).toMatchObject({ up: true });
  });
});

describe('unplugging', () => {
  it.each(['qmi', 'mbim'] as const)('takes %s down, and plugging in brings it up again', async (proto) => {
    const { rig, modem } = bench({ proto, wwan: { pdptype: 'ipv4' } });
    await rig.drive(async () => {
      rig.net.start();
      await rig.clock.sleep(seconds(5));
      await rig.run(['ifup', 'wwan']);
      await rig.clock.sleep(seconds(30));
      modem().power(false);
      await rig.clock.sleep(seconds(20));
      expect(rig.net.netifd.status('wwan')).toMatchObject({ up: false, available: false });
      modem().power(true);
      await rig.clock.sleep(seconds(60));
      expect(rig.net.netifd.status('wwan')).toMatchObject({ up: true });
      expect((await rig.run(['ping', '-c', '1', '8.8.8.8'])).stdout).toContain('1 packets received');
    });
  });
});
