import type { RouterMachine } from './machine.ts';
import type { NetworkSettings } from './network-settings.ts';
import { quote } from './uci/text.ts';

/** The lan address of the image: GL.iNet uses its own. */
export function lanAddress(machine: Pick<RouterMachine, 'flavour'>): string {
  return machine.flavour.id.startsWith('glinet') ? '192.168.8.1' : '192.168.1.1';
}

/** /etc/config/network: loopback, lan, wan, and the modem's interface. */
export function networkConfig(machine: RouterMachine, settings: NetworkSettings): string {
  const device = machine.flavour.networkConfig === 'device';
  const address = lanAddress(machine);
  const sections = [
    section('interface', 'loopback', {
      [device ? 'device' : 'ifname']: 'lo',
      proto: 'static',
      ipaddr: device ? ['127.0.0.1/8'] : '127.0.0.1',
      ...(device ? {} : { netmask: '255.0.0.0' }),
    }),
    section('globals', 'globals', { ula_prefix: 'fd5c:6ca9:b5e8::/48' }),
    ...(device ? [section('device', undefined, { name: 'br-lan', type: 'bridge', ports: ['eth1'] })] : []),
    section('interface', 'lan', {
      ...(device ? { device: 'br-lan' } : { type: 'bridge', ifname: 'eth1' }),
      proto: 'static',
      ipaddr: device ? [`${address}/24`] : address,
      ...(device ? {} : { netmask: '255.255.255.0' }),
      ip6assign: '60',
    }),
    section('interface', 'wan', { [device ? 'device' : 'ifname']: 'eth0', proto: 'dhcp' }),
    section('interface', 'wan6', { [device ? 'device' : 'ifname']: 'eth0', proto: 'dhcpv6' }),
    modemSection(machine, settings),
  ];
  return sections.join('') + '\n';
}

function modemSection(machine: RouterMachine, settings: NetworkSettings): string {
  const proto = machine.flavour.modemProtocol;
  return section('interface', settings.interfaceName ?? machine.flavour.modemInterface, {
    proto,
    ...(proto === '3g'
      ? { device: settings.device ?? '/dev/ttyUSB2', service: 'umts' }
      : { device: '/dev/cdc-wdm0' }),
    apn: settings.apn,
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    ...(settings.pincode === undefined ? {} : { pincode: settings.pincode }),
    ...(settings.keepalive === undefined ? {} : { keepalive: settings.keepalive }),
    ...(settings.auto === false ? { auto: '0' } : {}),
  });
}

/** /etc/config/system with the board's LEDs. */
export function systemConfig(machine: RouterMachine): string {
  const { flavour } = machine;
  const prefix = flavour.platform === 'ar71xx' ? 'gl-mifi:green:' : 'green:';
  const led = (name: string, sysfs: string, device: string): string =>
    section('led', `led_${name}`, {
      name: name.toUpperCase(),
      sysfs: prefix + sysfs,
      trigger: 'netdev',
      ...(flavour.networkConfig === 'device' ? { mode: ['link', 'tx', 'rx'] } : { mode: 'link tx rx' }),
      dev: device,
    });
  return (
    section('system', undefined, {
      hostname: flavour.hostname,
      timezone: flavour.hasServiceStatus ? 'GMT0' : 'UTC',
      zonename: 'UTC',
      ttylogin: '0',
      log_size: flavour.hasServiceStatus ? '128' : '64',
      urandom_seed: '0',
    }) +
    section('timeserver', 'ntp', {
      enabled: '1',
      enable_server: '0',
      server: [0, 1, 2, 3].map((n) => `${n}.openwrt.pool.ntp.org`),
    }) +
    led('wan', 'wan', 'eth0') +
    led('lan', 'lan', 'eth1') +
    // The image watches 3g-wan; an interface of another name leaves this LED dark.
    led('3gnet', flavour.platform === 'ar71xx' ? '3gnet' : '3g4g', '3g-wan') +
    '\n'
  );
}

function section(
  type: string,
  name: string | undefined,
  options: Readonly<Record<string, string | readonly string[]>>,
): string {
  const rows = Object.entries(options).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [`\toption ${key} ${quote(value)}\n`]
      : value.map((item) => `\tlist ${key} ${quote(item)}\n`),
  );
  return `\nconfig ${type}${name === undefined ? '' : ` '${name}'`}\n${rows.join('')}`;
}
