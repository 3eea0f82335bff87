import { formatAddress } from '../../../../protocols/ip/address.ts';
import type { Applet } from '../../machine.ts';
import type { Link } from '../link.ts';
import { netmask, parsePrefix } from '../route-table.ts';
import { broadcastOf, type Stack } from '../stack.ts';
import { sortedRoutes } from './ip.ts';

/** `route -n`. Source: busybox networking/route.c, INET_displayroutes. */
export function createRoute(stack: Stack): Applet {
  return (process) => {
    process.out(
      'Kernel IP routing table\n' +
        'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n',
    );
    for (const route of sortedRoutes(stack)) {
      const { network, length } = parsePrefix(route.target);
      const flags = `U${route.via === undefined ? '' : 'G'}${length === 32 ? 'H' : ''}`;
      const columns = [formatAddress(network), route.via ?? '0.0.0.0', formatAddress(netmask(length))];
      const start = columns.map((column) => column.padEnd(15)).join(' ');
      process.out(
        `${start} ${flags.padEnd(5)} ${String(route.metric).padEnd(6)} ${'0'.padEnd(2)} ${'0'.padStart(7)} ${route.device}\n`,
      );
    }
    return 0;
  };
}

/** `ifconfig [-a] [NAME]`. Source: busybox networking/interface.c, ife_print. */
export function createIfconfig(stack: Stack): Applet {
  return (process) => {
    const words = process.argv.slice(1);
    const name = words.find((word) => !word.startsWith('-'));
    const all = words.includes('-a') || name !== undefined;
    const links = stack
      .links()
      .filter((link) => (name === undefined || link.name === name) && (all || link.up));
    if (name !== undefined && links.length === 0) {
      process.err(`ifconfig: ${name}: error fetching interface information: Device not found\n`);
      return 1;
    }
    const sorted = links.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (const link of sorted) process.out(`${interfaceText(stack, link)}\n`);
    return 0;
  };
}

function interfaceText(stack: Stack, link: Link): string {
  const address = stack.device(link.name)?.address;
  const encapsulation = {
    loopback: 'Local Loopback',
    ppp: 'Point-to-Point Protocol',
    ethernet: '',
    bridge: '',
    wwan: 'UNSPEC  HWaddr 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00',
  }[link.kind];
  const first = encapsulation === '' ? `Ethernet  HWaddr ${link.mac?.toUpperCase()}` : encapsulation;
  const lines = [`${link.name.padEnd(9)} Link encap:${first}  `];
  if (address) {
    const { local, mask, peer } = address;
    const middle =
      peer !== undefined
        ? `P-t-P:${peer}`
        : link.kind === 'loopback'
          ? ''
          : `Bcast:${broadcastOf(local, mask)}`;
    const parts = [`inet addr:${local}`, middle, `Mask:${formatAddress(netmask(mask))}`].filter(
      (part) => part !== '',
    );
    lines.push(`          ${parts.join('  ')}`);
  }
  lines.push(`          ${flagsOf(link).join(' ')}  MTU:${link.mtu}  Metric:1`);
  const { rxPackets, rxBytes, txPackets, txBytes } = link.counters;
  lines.push(
    `          RX packets:${rxPackets} errors:0 dropped:0 overruns:0 frame:0`,
    `          TX packets:${txPackets} errors:0 dropped:0 overruns:0 carrier:0`,
    `          collisions:0 txqueuelen:${link.kind === 'ppp' ? 3 : 1000} `,
    `          RX bytes:${rxBytes} (${human(rxBytes)})  TX bytes:${txBytes} (${human(txBytes)})`,
  );
  return `${lines.join('\n')}\n`;
}

function flagsOf(link: Link): string[] {
  const state = [...(link.up ? ['UP'] : []), ...(link.up && link.carrier ? ['RUNNING'] : [])];
  if (link.kind === 'loopback')
    return [...(link.up ? ['UP'] : []), 'LOOPBACK', ...(link.up ? ['RUNNING'] : [])];
  if (link.kind === 'ppp') return [...state.slice(0, 1), 'POINTOPOINT', 'RUNNING', 'NOARP', 'MULTICAST'];
  return [...state.slice(0, 1), 'BROADCAST', ...state.slice(1), 'MULTICAST'];
}

/** `1.2 KiB` */
function human(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = bytes < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${units[power]}`;
}
