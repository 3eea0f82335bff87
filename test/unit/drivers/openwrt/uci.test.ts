import { describe, expect, it } from '@jest/globals';

import { parseLeds } from '../../../../harness/drivers/openwrt/leds.ts';
import { parseMacAddresses } from '../../../../harness/drivers/openwrt/mac-addresses.ts';
import { deviceOption, modemInterfaces } from '../../../../harness/drivers/openwrt/modem-interfaces.ts';
import { parseUci } from '../../../../harness/drivers/openwrt/uci-text.ts';

describe('uci text', () => {
  it('is read as `uci export` prints it, sections without a name by their place', () => {
    const text = `package network

config interface 'loopback'
	option device 'lo'
	list ipaddr '127.0.0.1/8'

config device
	option name 'br-lan'
	list ports 'eth0'
	list ports 'eth1'

config device
	option name 'eth1'

`;
    expect(parseUci(text)).toEqual([
      { path: 'loopback', type: 'interface', options: { device: 'lo', ipaddr: ['127.0.0.1/8'] } },
      { path: '@device[0]', type: 'device', options: { name: 'br-lan', ports: ['eth0', 'eth1'] } },
      { path: '@device[1]', type: 'device', options: { name: 'eth1' } },
    ]);
  });

  it('may hold quotes, line breaks, comments and words without quotes', () => {
    const text = `config rule one # a comment
	option a 'it'\\''s'
	option b "say \\"no\\" \\\\ more"
	option c 'two
lines # and no comment'
	option d plain#word
	option e ''
# 'unbalanced
`;
    expect(parseUci(text)[0]?.options).toEqual({
      a: "it's",
      b: 'say "no" \\ more',
      c: 'two\nlines # and no comment',
      d: 'plain#word',
      e: '',
    });
  });

  it.each(["option a 'b'", "config x\n\toption a 'b", 'config x\n\tnonsense a b', 'config x\n\toption a'])(
    'is refused, without its content, where it is none: %j',
    (text) => {
      expect(() => parseUci(text)).toThrow(/expected sections/);
    },
  );
});

describe("a modem's interface in /etc/config/network", () => {
  const network = (text: string) => parseUci(text.replaceAll('; ', '\n\t'));
  const wired = "config interface 'wan'; option ifname 'eth0'; option proto 'dhcp'\n";

  it.each([
    ['GL.iNet 2.x', "config interface 'modem'; option proto '3g'; option device '/dev/ttyUSB3'", 'modem'],
    ['GL.iNet 4.x', "config interface 'modem_1_1_2'; option proto 'qmi'", 'modem_1_1_2'],
    ['ROOter', "config interface 'wan1'; option proto 'dhcp'; option ifname 'wwan0'", 'wan1'],
    ['ROOter before a modem was found', "config interface 'wan1'; option proto 'none'", 'wan1'],
    ['ROOter after a reset', "config interface 'wan1'; option proto 'dhcp'; option device 'wan1'", 'wan1'],
    [
      'quectel-cm',
      "config interface 'wwan_5g'; option proto 'quectel'; option device '/dev/cdc-wdm0'",
      'wwan_5g',
    ],
    ['a QMAP device', "config interface 'wan1'; option proto 'dhcp'; option device 'wwan0_1'", 'wan1'],
    ['a user of ECM', "config interface 'lte'; option device 'usb0'; option proto 'dhcp'", 'lte'],
    ['comgt-ncm', "config interface 'x'; option proto 'ncm'; option device '/dev/ttyUSB0'", 'x'],
  ])('is found: %s', (_who, text, name) => {
    const found = modemInterfaces(network(wired + text));
    expect(found.map((one) => one.name)).toEqual([name]);
  });

  it('that dials comes before one that is only named so, and before one that is switched off', () => {
    const text = `${wired}config interface 'wan1'; option proto 'none'
config interface 'off'; option proto 'mbim'; option disabled '1'
config interface 'mobile'; option proto 'qmi'; option device '/dev/cdc-wdm0'`;
    expect(modemInterfaces(network(text)).map(({ name }) => name)).toEqual(['mobile', 'wan1', 'off']);
  });

  it('is not a wired one of that name, nor a repeater', () => {
    const text = `config interface 'wwan'; option proto 'dhcp'; option device 'wlan0'
config interface 'wan1'; option proto 'dhcp'; option device 'eth0.2'
config interface 'modem_1_1_2_6'; option proto 'dhcpv6'; option disabled '1'; option device '@modem_1_1_2'
config interface 'wan'; option proto 'dhcp'; option device 'eth1'`;
    expect(modemInterfaces(network(text))).toEqual([]);
  });

  it('names its device as others there do', () => {
    expect(deviceOption(network(wired))).toBe('ifname');
    expect(deviceOption(network("config interface 'wan'; option device 'eth0'"))).toBe('device');
  });
});

describe('what sysfs says', () => {
  it('of LEDs', () => {
    expect(parseLeds('green:lan|0|[none] timer netdev\nblue:wan|255|none [default-on]\nold|1|\n')).toEqual([
      { name: 'green:lan', brightness: 0, trigger: 'none', triggers: ['none', 'timer', 'netdev'] },
      { name: 'blue:wan', brightness: 255, trigger: 'default-on', triggers: ['none', 'default-on'] },
      { name: 'old', brightness: 1, trigger: 'none', triggers: [] },
    ]);
  });

  it('of MAC addresses', () => {
    const text =
      'E4:95:6E:40:00:01\n00:00:00:00:00:00\ncat: read error\ne4:95:6e:40:00:00\ne4:95:6e:40:00:01\n';
    expect(parseMacAddresses(text)).toEqual(['e4:95:6e:40:00:00', 'e4:95:6e:40:00:01']);
  });
});
