import type { FileSystem } from '../machine.ts';
import type { Link } from './link.ts';

/** /proc/net/dev and, for each device, its folder below /sys/class/net. */
export interface NetFiles {
  added(link: Link): void;
  removed(link: Link): void;
}

export function createNetFiles(files: FileSystem, links: () => readonly Link[]): NetFiles {
  files.compute('/proc/net/dev', () => procNetDev(links()));
  return {
    added: (link) => addFolder(files, link),
    removed: (link) => {
      files.removeTree(`/sys/devices/virtual/net/${link.name}`);
      if (files.stat(classPath(link))?.kind === 'link') files.remove(classPath(link));
    },
  };
}

function classPath(link: Link): string {
  return `/sys/class/net/${link.name}`;
}

const SOC = '/sys/devices/platform/ag71xx';

/** A USB device has made its folder already. */
function addFolder(files: FileSystem, link: Link): void {
  if (!files.stat(classPath(link))) {
    files.makeDirectory(`/sys/devices/virtual/net/${link.name}`);
    files.link(classPath(link), `../../devices/virtual/net/${link.name}`);
    // A port of the SoC: its driver stands behind it.
    if (/^eth\d+$/.test(link.name)) {
      files.makeDirectory(SOC);
      files.link(`/sys/devices/virtual/net/${link.name}/device`, SOC);
    }
  }
  const folder = classPath(link);
  const texts: Readonly<Record<string, () => string | number>> = {
    address: () => link.mac ?? '',
    carrier: () => (link.carrier ? 1 : 0),
    ifindex: () => link.index,
    mtu: () => link.mtu,
    operstate: () =>
      link.kind === 'loopback' || link.kind === 'ppp' ? 'unknown' : link.up && link.carrier ? 'up' : 'down',
    'statistics/rx_bytes': () => link.counters.rxBytes,
    'statistics/rx_packets': () => link.counters.rxPackets,
    'statistics/tx_bytes': () => link.counters.txBytes,
    'statistics/tx_packets': () => link.counters.txPackets,
  };
  for (const [name, read] of Object.entries(texts)) files.compute(`${folder}/${name}`, () => `${read()}\n`);
}

/** Source: Linux net/core/net-procfs.c. */
function procNetDev(links: readonly Link[]): string {
  const head =
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';
  const rows = links.map(({ name, counters }) => {
    const { rxBytes, rxPackets, txBytes, txPackets } = counters;
    const received = `${String(rxBytes).padStart(7)} ${String(rxPackets).padStart(7)}    0    0    0     0          0         0`;
    const sent = `${String(txBytes).padStart(8)} ${String(txPackets).padStart(7)}    0    0    0     0       0          0`;
    return `${name.padStart(6)}: ${received} ${sent}\n`;
  });
  return head + rows.join('');
}
