import type { Applet, Process, Route } from '../../machine.ts';
import type { Link } from '../link.ts';
import { parsePrefix } from '../route-table.ts';
import { broadcastOf, type Stack } from '../stack.ts';

/** `ip addr|link|route [show] [dev NAME]` in busybox's form; it shows, it does not change. */
export function createIp(stack: Stack): Applet {
  return (process) => {
    const words = process.argv.slice(1).filter((word) => !/^-(?:4|o|f|family|inet)$/.test(word));
    const [object = '', ...rest] = words;
    const names = rest.filter((word) => !/^(?:show|list|ls|dev|to|table|main)$/.test(word));
    if (object !== '' && 'address'.startsWith(object)) return showLinks(process, stack, names[0], true);
    if (object !== '' && 'link'.startsWith(object)) return showLinks(process, stack, names[0], false);
    if (object !== '' && ('route'.startsWith(object) || object === 'r'))
      return showRoutes(process, stack, names);
    process.err(
      'BusyBox multi-call binary.\n\nUsage: ip [OPTIONS] address|route|link|neigh|rule [ARGS]\n\n' +
        'OPTIONS := -f[amily] inet|inet6|link | -o[neline]\n',
    );
    return 1;
  };
}

function showLinks(process: Process, stack: Stack, name: string | undefined, addresses: boolean): number {
  const links = stack.links().filter((link) => name === undefined || link.name === name);
  if (links.length === 0) {
    process.err(`ip: can't find device '${name}'\n`);
    return 1;
  }
  process.out(links.map((link) => linkText(link) + (addresses ? addressText(stack, link) : '')).join(''));
  return 0;
}

function linkText(link: Link): string {
  const noCarrier = link.up && !link.carrier;
  const flags = [...(noCarrier ? ['NO-CARRIER'] : []), ...KIND_FLAGS[link.kind]];
  if (link.up) flags.push('UP');
  if (link.up && link.carrier) flags.push('LOWER_UP');
  const queue = link.up ? QUEUES[link.kind] : 'noop';
  const master = link.master === undefined ? '' : ` master ${link.master}`;
  const length = link.kind === 'ppp' ? 3 : 1000;
  const first = `${link.index}: ${link.name}: <${flags.join(',')}> mtu ${link.mtu} qdisc ${queue}${master} qlen ${length}\n`;
  if (link.kind === 'ppp') return `${first}    link/ppp \n`;
  // busybox has no name for ARPHRD_NONE.
  if (link.kind === 'wwan') return `${first}    link/[65534] \n`;
  if (link.kind === 'loopback') return `${first}    link/loopback ${link.mac} brd ${link.mac}\n`;
  return `${first}    link/ether ${link.mac} brd ff:ff:ff:ff:ff:ff\n`;
}

const KIND_FLAGS: Readonly<Record<Link['kind'], readonly string[]>> = {
  loopback: ['LOOPBACK'],
  ethernet: ['BROADCAST', 'MULTICAST'],
  bridge: ['BROADCAST', 'MULTICAST'],
  ppp: ['POINTOPOINT', 'MULTICAST', 'NOARP'],
  wwan: ['POINTOPOINT', 'MULTICAST', 'NOARP'],
};

const QUEUES: Readonly<Record<Link['kind'], string>> = {
  loopback: 'noqueue',
  ethernet: 'fq_codel',
  bridge: 'noqueue',
  ppp: 'fq_codel',
  wwan: 'fq_codel',
};

function addressText(stack: Stack, link: Link): string {
  const address = stack.device(link.name)?.address;
  if (!address) return '';
  const valid = '       valid_lft forever preferred_lft forever\n';
  const { local, mask, peer } = address;
  if (peer !== undefined) return `    inet ${local} peer ${peer}/${mask} scope global ${link.name}\n${valid}`;
  if (link.kind === 'loopback') return `    inet ${local}/${mask} scope host ${link.name}\n${valid}`;
  return `    inet ${local}/${mask} brd ${broadcastOf(local, mask)} scope global ${link.name}\n${valid}`;
}

function showRoutes(process: Process, stack: Stack, names: readonly string[]): number {
  if (names[0] === 'get') return routeTo(process, stack, names[1]);
  const device = process.argv.includes('dev') ? names.at(-1) : undefined;
  const wanted = names.includes('default') ? '0.0.0.0/0' : undefined;
  for (const route of sortedRoutes(stack)) {
    if (device !== undefined && route.device !== device) continue;
    if (wanted === undefined || route.target === wanted) process.out(`${routeText(route)}\n`);
  }
  return 0;
}

/** In the order of the kernel's table: by address. */
export function sortedRoutes(stack: Stack): Route[] {
  return stack.routes().toSorted((a, b) => parsePrefix(a.target).network - parsePrefix(b.target).network);
}

function routeText(route: Route): string {
  const target = route.target === '0.0.0.0/0' ? 'default' : route.target.replace(/\/32$/, '');
  const metric = route.metric > 0 ? ` metric ${route.metric} ` : '';
  const source = route.source === undefined ? '' : ` src ${route.source} `;
  if (route.via !== undefined) return `${target} via ${route.via} dev ${route.device} ${source}${metric}`;
  return `${target} dev ${route.device} scope link ${source}${metric}`;
}

function routeTo(process: Process, stack: Stack, destination = ''): number {
  const source = /^[\d.]+$/.test(destination) ? stack.sourceFor(destination) : undefined;
  if (source === undefined) {
    process.err('ip: RTNETLINK answers: Network unreachable\n');
    return 2;
  }
  const route = sortedRoutes(stack)
    .filter(({ target }) => covers(target, destination))
    .sort((a, b) => parsePrefix(b.target).length - parsePrefix(a.target).length)[0];
  const via = route?.via === undefined ? '' : ` via ${route.via}`;
  process.out(`${destination}${via} dev ${route?.device ?? 'lo'}  src ${source} \n`);
  return 0;
}

function covers(target: string, destination: string): boolean {
  const { network, length } = parsePrefix(target);
  return parsePrefix(`${destination}/${length}`).network === network;
}
