import { describe, expect, it } from '@jest/globals';

import { createUci, hasBusybox } from './shell.ts';

const network = `
config interface 'lan'
	option device 'eth0'
	list ipaddr '192.168.1.1/24'

config device
	option name 'br-lan'
	list ports 'eth0'
	list ports 'eth1'

config interface wan # a comment
	option proto "dhcp"
`;

(hasBusybox ? describe : describe.skip)('uci of the guest', () => {
  it('shows what OpenWrt shows, with places for names in a list of all', () => {
    const uci = createUci({ network });
    expect(uci('show', 'network').stdout).toBe(
      [
        "network.lan=interface\nnetwork.lan.device='eth0'\nnetwork.lan.ipaddr='192.168.1.1/24'",
        "network.@device[0]=device\nnetwork.@device[0].name='br-lan'\nnetwork.@device[0].ports='eth0' 'eth1'",
        "network.wan=interface\nnetwork.wan.proto='dhcp'\n",
      ].join('\n'),
    );
    // The generated name as libuci makes it: its number and a hash of its type.
    expect(uci('show', 'network.@device[-1].name').stdout).toMatch(/^network\.cfg020f15\.name='br-lan'\n$/);
    expect(uci('get', 'network.@device[0].ports').stdout).toBe('eth0 eth1\n');
  });

  it('keeps changes apart until they are committed, quotes and all', () => {
    const uci = createUci({ network });
    uci('set', 'network.wwan=interface');
    uci('set', "network.wwan.apn=it's");
    uci('add_list', 'network.wwan.dns=1.1.1.1');
    uci('add_list', 'network.wwan.dns=8.8.8.8');
    uci('del_list', 'network.wwan.dns=1.1.1.1');
    uci('delete', 'network.@device[0]');
    expect(uci('changes').stdout).toBe(
      [
        "network.wwan='interface'\nnetwork.wwan.apn='it'\\''s'",
        "network.wwan.dns+='1.1.1.1'\nnetwork.wwan.dns+='8.8.8.8'\nnetwork.wwan.dns-='1.1.1.1'\n-network.cfg020f15\n",
      ].join('\n'),
    );
    expect(uci('commit', 'network').status).toBe(0);
    expect(uci('changes').stdout).toBe('');
    expect(uci('export', 'network').stdout).toMatch(
      /config interface 'wan'\n\toption proto 'dhcp'\n\nconfig interface 'wwan'\n\toption apn 'it'\\''s'\n\tlist dns '8\.8\.8\.8'\n\n$/,
    );
    expect(uci('get', 'network.wwan.apn').stdout).toBe("it's\n");
  });

  it('keeps a value of several lines, staged and committed', () => {
    const uci = createUci({ network });
    const value = "it's\n= 'two' \\ lines\n";
    uci('set', `network.wan.note=${value}`);
    uci('set', 'network.wan.proto=static');
    expect(uci('get', 'network.wan.note').stdout).toBe(`${value}\n`);
    uci('revert', 'network.wan.proto');
    uci('commit', 'network');
    expect(uci('get', 'network.wan.note').stdout).toBe(`${value}\n`);
    expect(uci('get', 'network.wan.proto').stdout).toBe('dhcp\n');
  });

  it('takes back what was not committed', () => {
    const uci = createUci({ network });
    uci('set', 'network.wan.proto=static');
    uci('set', 'network.lan.device=eth9');
    uci('revert', 'network.wan');
    expect([uci('get', 'network.wan.proto').stdout, uci('get', 'network.lan.device').stdout]).toEqual([
      'dhcp\n',
      'eth9\n',
    ]);
  });

  it.each([
    [['get', 'network.nosuch'], 'uci: Entry not found\n'],
    [['-q', 'get', 'network.nosuch'], ''],
    [['set', 'nosuch.a=b'], 'uci: Entry not found\n'],
    [['set', 'network.x.y.z=1'], 'uci: Parse error\n'],
    [['set', 'network.nosuch.proto=x'], 'uci: Invalid argument\n'],
  ])('%p fails as OpenWrt says it', (words, stderr) => {
    expect(createUci({ network })(...words)).toEqual({ status: 1, stdout: '', stderr });
  });
});
