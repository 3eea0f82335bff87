import { describe, expect, it } from '@jest/globals';

import { seconds } from '../../../../../harness/core/units.ts';
import { glinet2018 } from '../../../../../harness/sim/router/flavours/glinet-2018.ts';
import { openwrt2512 } from '../../../../../harness/sim/router/flavours/openwrt-25.12.ts';
import { echoPolicy } from '../../../../../harness/sim/router/net/netifd/keepalive.ts';
import { createRig, type Rig, type RigOptions } from './rig.ts';

async function online(options: RigOptions = {}): Promise<Rig> {
  const rig = createRig(options);
  await rig.drive(async () => {
    rig.net.start();
    await rig.run(['ifup', 'wwan']);
    await rig.clock.sleep(seconds(12));
  });
  return rig;
}

const since = (rig: Rig, from: number): string[] =>
  rig.log(from).filter((line) => line.includes("netifd: Interface 'wwan'"));

describe('netifd', () => {
  it('leaves wan down for want of a cable', async () => {
    const rig = await online();
    expect(rig.machine.netifd.status('wan')).toEqual({
      up: false,
      pending: false,
      available: true,
      autostart: true,
      dynamic: false,
      proto: 'dhcp',
      device: 'eth0',
      data: {},
    });
  });

  it('keeps a link through a reload of an unchanged configuration, and logs nothing', async () => {
    const rig = await online();
    const from = rig.machine.log.lines().length;
    await rig.drive(async () => {
      await rig.service('network', 'reload');
      await rig.clock.sleep(seconds(10));
    });
    expect(rig.log(from)).toEqual([]);
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true });
  });

  it('sets an interface up anew when one of its options changed', async () => {
    const rig = await online({ wwan: { auto: '1' } });
    const from = rig.machine.log.lines().length;
    rig.setNetwork({ auto: '1', apn: 'epc.tmobile.com' });
    await rig.drive(async () => {
      await rig.run(['ubus', 'call', 'network', 'reload']);
      await rig.clock.sleep(seconds(20));
    });
    expect(since(rig, from)).toEqual([
      "daemon.notice netifd: Interface 'wwan' is now down",
      "daemon.notice netifd: Interface 'wwan' is setting up now",
      "daemon.notice netifd: Interface 'wwan' is now up",
    ]);
    expect(rig.modem.heard).toContain('AT+CGDCONT=1,"IP","epc.tmobile.com"');
  });

  it('dials at boot unless auto is 0', async () => {
    const rig = createRig({ wwan: { auto: '1' } });
    await rig.drive(async () => {
      rig.net.start();
      await rig.clock.sleep(seconds(12));
    });
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true });
  });

  it('forgets an interface that is disabled', async () => {
    const rig = await online();
    rig.setNetwork({ disabled: '1' });
    await rig.drive(async () => {
      rig.machine.netifd.reload();
      await rig.clock.sleep(seconds(10));
    });
    const { status, stdout } = await rig.run(['ifstatus', 'wwan']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: 'Interface wwan not found\n' });
  });

  it('dials again after ifup of an interface that is up', async () => {
    const rig = await online();
    const from = rig.machine.log.lines().length;
    await rig.drive(async () => {
      await rig.run(['ifup', 'wwan']);
      await rig.clock.sleep(seconds(20));
    });
    expect(since(rig, from).map((line) => line.split("'wwan' ")[1])).toEqual([
      'is now down',
      'is setting up now',
      'is now up',
    ]);
  });

  it('takes everything down and up again on a restart', async () => {
    const rig = await online({ wwan: { auto: '1' } });
    const from = rig.machine.log.lines().length;
    await rig.drive(async () => {
      await rig.service('network', 'restart');
      await rig.clock.sleep(seconds(15));
    });
    expect(
      rig
        .log(from)
        .filter((line) => line.includes("'lan' is now"))
        .map((line) => line.split("'lan' ")[1]),
    ).toEqual(['is now down', 'is now up']);
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true });
  });

  it('ends two restarts that overlap', async () => {
    const rig = await online({ wwan: { auto: '1' } });
    await rig.drive(async () => {
      const both = await Promise.all([rig.service('network', 'restart'), rig.service('network', 'restart')]);
      expect(both.map(({ status }) => status)).toEqual([0, 0]);
      await rig.clock.sleep(seconds(15));
    });
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true });
  });

  it('stays off when it is stopped in the middle of a restart', async () => {
    const rig = await online();
    await rig.drive(async () => {
      void rig.service('network', 'restart');
      await rig.clock.sleep(seconds(5.5));
      rig.net.stop();
      await rig.clock.sleep(seconds(30));
    });
    expect(rig.machine.netifd.interfaceNames()).toEqual([]);
  });

  it('puts the metric of an interface into its default route', async () => {
    const rig = await online({ wwan: { metric: '10' } });
    expect((await rig.run(['ip', 'route', 'show', 'default'])).stdout).toBe(
      'default via 10.64.64.64 dev 3g-wwan  metric 10 \n',
    );
    expect((await rig.run(['route', '-n'])).stdout.split('\n')[2]).toBe(
      '0.0.0.0         10.64.64.64     0.0.0.0         UG    10     0        0 3g-wwan',
    );
  });

  it('does nothing more once it is stopped', async () => {
    const rig = await online();
    rig.net.stop();
    await rig.drive(() => rig.clock.sleep(seconds(20)));
    const lines = rig.machine.log.lines().length;
    await rig.drive(() => rig.clock.sleep(seconds(60)));
    expect(rig.machine.log.lines()).toHaveLength(lines);
    expect(rig.machine.netifd.interfaceNames()).toEqual([]);
  });
});

describe('the firewall', () => {
  it('reloads on command in silence and within a second', async () => {
    const rig = await online();
    const from = rig.machine.log.lines().length;
    const start = rig.clock.now();
    const ran = await rig.drive(() => rig.service('firewall', 'reload'));
    expect(ran).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(rig.clock.now() - start).toBeGreaterThanOrEqual(400);
    expect(rig.clock.now() - start).toBeLessThanOrEqual(1_000);
    expect(rig.log(from)).toEqual([]);
  });

  it('tells the zone of a network and of a device, and the devices of a zone', async () => {
    const rig = createRig();
    await rig.drive(async () => {
      rig.net.start();
      await rig.clock.sleep(seconds(5));
      const fw4 = async (...words: string[]): Promise<unknown> => {
        const { stdout, status } = await rig.run(['fw4', ...words]);
        return [stdout, status];
      };
      expect(await fw4('network', 'lan')).toEqual(['lan\n', 0]);
      expect(await fw4('device', 'br-lan')).toEqual(['lan\n', 0]);
      expect(await fw4('zone', 'lan')).toEqual(['br-lan\n', 0]);
      expect(await fw4('zone', 'nosuch')).toEqual(['', 1]);
      expect(await fw4('device', 'nosuch0')).toEqual(['', 1]);
    });
  });

  it('says nothing of an interface in no zone', async () => {
    const rig = createRig({
      flavour: { ...openwrt2512, config: { firewall: "config zone\n\toption name 'wan'\n" } },
    });
    await rig.drive(async () => {
      rig.net.start();
      await rig.run(['ifup', 'wwan']);
      await rig.clock.sleep(seconds(12));
    });
    expect(rig.log().filter((line) => line.includes('firewall'))).toEqual([]);
  });

  it('starves pppd on a commanded reload where that fault is planted, never on the one after ifup', async () => {
    const rig = await online({ faults: [{ kind: 'reload.starve', forMs: 8_000, probability: 1 }] });
    expect(rig.machine.starvedUntil).toBe(-Infinity);
    await rig.drive(() => rig.service('firewall', 'reload'));
    expect(rig.machine.starvedUntil).toBeGreaterThan(rig.clock.now());
    expect(rig.events().filter(({ source }) => source === 'fault')).toMatchObject([
      { kind: 'reload.starve', data: { forMs: 8_000 } },
    ]);
  });

  it('starves with the probability that was asked for', async () => {
    const rig = await online({ faults: [{ kind: 'reload.starve', forMs: 10, probability: 0.5 }] });
    await rig.drive(async () => {
      for (let i = 0; i < 100; i++) await rig.service('firewall', 'reload');
    });
    const bites = rig.events().filter(({ source }) => source === 'fault').length;
    expect(bites).toBeGreaterThan(30);
    expect(bites).toBeLessThan(70);
  });
});

describe('option keepalive', () => {
  const section = (options: Record<string, string>) => ({
    name: 'wwan',
    anonymous: false,
    type: 'interface',
    options: new Map(Object.entries(options)),
  });
  const lede1701 = { ...glinet2018, release: { ...glinet2018.release, version: '17.01.4' } };
  it.each([
    ['15.05, nothing set', glinet2018, {}, { failures: 5, intervalMs: 1_000, adaptive: false }],
    ['15.05, set', glinet2018, { keepalive: '10 5' }, { failures: 10, intervalMs: 5_000, adaptive: false }],
    [
      '15.05 keeps its file against 0',
      glinet2018,
      { keepalive: '0' },
      { failures: 5, intervalMs: 1_000, adaptive: false },
    ],
    [
      '17.01 adds adaptive',
      lede1701,
      { keepalive: '10 5' },
      { failures: 10, intervalMs: 5_000, adaptive: true },
    ],
    [
      '17.01 without adaptive',
      lede1701,
      { keepalive: '10 5', keepalive_adaptive: '0' },
      { failures: 10, intervalMs: 5_000, adaptive: false },
    ],
    ['later, nothing set', openwrt2512, {}, { failures: 5, intervalMs: 1_000, adaptive: true }],
    ['later, off', openwrt2512, { keepalive: '0' }, { failures: 0, intervalMs: 1_000, adaptive: false }],
    [
      'later, one number',
      openwrt2512,
      { keepalive: '3' },
      { failures: 3, intervalMs: 5_000, adaptive: true },
    ],
    [
      'later, plain',
      openwrt2512,
      { keepalive_adaptive: '0' },
      { failures: 5, intervalMs: 1_000, adaptive: false },
    ],
  ])('%s', (_title, flavour, options, policy) => {
    expect(echoPolicy(flavour, section(options))).toEqual(policy);
  });
});

describe('ip', () => {
  it('shows addresses and routes as busybox does', async () => {
    const rig = await online();
    const address = (await rig.run(['ip', 'addr', 'show', '3g-wwan'])).stdout;
    const own = /inet (\S+)/.exec(address)?.[1] ?? '';
    expect(address).toBe(
      '6: 3g-wwan: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc fq_codel qlen 3\n' +
        '    link/ppp \n' +
        `    inet ${own} peer 10.64.64.64/32 scope global 3g-wwan\n` +
        '       valid_lft forever preferred_lft forever\n',
    );
    expect((await rig.run(['ip', 'route'])).stdout).toBe(
      'default via 10.64.64.64 dev 3g-wwan \n' +
        `10.64.64.64 dev 3g-wwan scope link  src ${own} \n` +
        '192.168.1.0/24 dev br-lan scope link  src 192.168.1.1 \n',
    );
    expect((await rig.run(['ip', 'link', 'show', 'wwan0'])).stdout).toMatch(
      /^5: wwan0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop qlen 1000\n {4}link\/ether [0-9a-f:]{17} brd ff:ff:ff:ff:ff:ff\n$/,
    );
    expect(await rig.run(['ip', 'link', 'show', 'nosuch'])).toEqual({
      status: 1,
      stdout: '',
      stderr: "ip: can't find device 'nosuch'\n",
    });
  });
});
