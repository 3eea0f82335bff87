import { describe, expect, it } from '@jest/globals';

import { seconds } from '../../../../../harness/core/units.ts';
import { glinet2018 } from '../../../../../harness/sim/router/flavours/glinet-2018.ts';
import { createRig, type Rig, type RigOptions } from './rig.ts';
import { sessions } from './vectors.ts';

async function running(options: RigOptions = {}): Promise<Rig> {
  const rig = createRig(options);
  await rig.drive(async () => {
    rig.net.start();
    await rig.clock.sleep(seconds(2));
  });
  return rig;
}

describe('ubus', () => {
  it('prints the status of lan as a real router does, but for IPv6', async () => {
    const rig = await running();
    const { stdout } = await rig.run(['ubus', 'call', 'network.interface.lan', 'status']);
    const withoutIpv6 = sessions.ifstatusLan.replace(
      /("ipv6-prefix-assignment": \[\n)[\s\S]*?\n\t\],/,
      '$1\t\t\n\t],',
    );
    expect(stdout.replace(/"uptime": \d+/, '"uptime": 90').trimEnd()).toBe(withoutIpv6);
  });

  it('lists the methods of an interface', async () => {
    const rig = await running();
    const { stdout } = await rig.run(['ubus', '-v', 'list', 'network.interface.lan']);
    const id = (text: string): string => text.replace(/@[0-9a-f]{8}/, '@ID').trimEnd();
    expect(id(stdout)).toBe(id(sessions.ubusVerboseLan));
  });

  it('prints the status of a bridge as a real router does', async () => {
    const rig = await running();
    const { stdout } = await rig.run(['ubus', 'call', 'network.device', 'status', '{"name":"br-lan"}']);
    const board = (text: string): string =>
      text
        .replace(/"(rx|tx)_(bytes|packets)": \d+/g, '"$1_$2": N')
        .replace(/"macaddr": "[^"]*"/, '"macaddr": M')
        .replace('"eth0"', '"eth1"');
    expect(board(stdout.trimEnd())).toBe(board(sessions.devstatusBridge));
  });

  it.each([
    [
      ['call', 'network.interface', 'nosuch'],
      253,
      'Command failed: ubus call network.interface nosuch (Method not found)\n',
    ],
    [['call', 'network.interface.nosuch', 'status'], 4, 'Command failed: Not found\n'],
    [['-t', '2', 'wait_for', 'network.interface.nosuch'], 7, 'Command failed: Request timed out\n'],
    [['call', 'network.device', 'status', '{"name":"wwan0"}'], 254, sessions.deviceUnknown],
  ])('fails as a real one: ubus %j', async (words, status, stderr) => {
    const rig = await running();
    const ran = await rig.drive(() => rig.run(['ubus', ...words]));
    expect(ran).toEqual({ status, stdout: '', stderr });
  });

  it('says less in old releases', async () => {
    const rig = await running({ flavour: glinet2018 });
    const ran = await rig.run(['ubus', 'call', 'network.interface', 'nosuch']);
    expect(ran).toEqual({ status: 3, stdout: '', stderr: 'Command failed: Method not found\n' });
  });

  it('tells the board, with escaped slashes and without board_name in 15.05', async () => {
    const rig = await running({ flavour: glinet2018 });
    const { stdout } = await rig.run(['ubus', 'call', 'system', 'board']);
    expect(stdout).toContain('"target": "ar71xx\\/generic"');
    expect(JSON.parse(stdout)).toEqual({
      kernel: '3.18.27',
      hostname: 'GL-MIFI',
      system: 'Atheros AR9330 rev 1',
      model: 'GL-MIFI',
      release: glinet2018Release,
    });
  });

  it('dumps all interfaces by name, and -S puts a reply on one line', async () => {
    const rig = await running();
    const { stdout } = await rig.run(['ubus', '-S', 'call', 'network.interface', 'dump']);
    expect(stdout.trimEnd()).not.toContain('\n');
    const { interface: all } = JSON.parse(stdout) as { interface: { interface: string; up: boolean }[] };
    expect(all.map(({ interface: name, up }) => [name, up])).toEqual([
      ['lan', true],
      ['loopback', true],
      ['wan', false],
      ['wwan', false],
    ]);
  });

  it('brings an interface up and down', async () => {
    const rig = await running();
    await rig.drive(async () => {
      expect(await rig.run(['ubus', 'call', 'network.interface', 'up', '{"interface":"wwan"}'])).toEqual({
        status: 0,
        stdout: '',
        stderr: '',
      });
      await rig.clock.sleep(seconds(12));
      expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: true });
      await rig.run(['ubus', 'call', 'network.interface.wwan', 'down']);
      await rig.clock.sleep(seconds(10));
    });
    expect(rig.machine.netifd.status('wwan')).toMatchObject({ up: false, pending: false });
  });
});

const glinet2018Release = {
  distribution: 'OpenWrt',
  version: '15.05.1',
  revision: 'r48532',
  codename: 'chaos_calmer',
  target: 'ar71xx/generic',
  description: 'OpenWrt Chaos Calmer 15.05.1',
};
