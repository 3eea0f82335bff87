import { setTimeout as sleep } from 'node:timers/promises';

import type { Ctx } from '../../../harness/core/ctx.ts';
import { atLeast, atMost, median, plain, type Figure } from '../figure.ts';
import { megabitsPerS, startBenchGuest, type BenchGuest } from './guest.ts';
import { serveModem, type ServedModem } from './served-modem.ts';

const ROUNDS = 5;
/** A public address of the little internet; every one of them has an HTTP server. */
const SERVER = '203.0.113.10';
const VIRTIO_BYTES = 40_000_000;
const IDLE_S = 5;
const IDLE_WINDOWS = 3;

/** A way into the internet, as the guest's netifd takes it. */
interface Way {
  readonly name: string;
  readonly mode: string;
  readonly proto: string;
  readonly device: string;
  /** The interface that has the address when it is up. */
  readonly up: string;
  /** Of one download: it takes a second or two. */
  readonly bytes: number;
  /** Mbit/s. */
  readonly target: number;
}

const ways: readonly Way[] = [
  { name: 'QMI', mode: 'qmi', proto: 'qmi', device: '/dev/cdc-wdm0', up: 'wwan_4', bytes: 30e6, target: 100 },
  {
    name: 'MBIM',
    mode: 'mbim',
    proto: 'mbim',
    device: '/dev/cdc-wdm0',
    up: 'wwan_4',
    bytes: 30e6,
    target: 80,
  },
  { name: 'PPP', mode: 'ppp', proto: '3g', device: '/dev/ttyUSB2', up: 'wwan', bytes: 8e6, target: 30 },
];

/** Each way in turn in one guest, its downloads alternating with pushes over the guest's virtio-net. */
export async function benchWays(ctx: Ctx): Promise<Figure[]> {
  const guest = await startBenchGuest(ctx);
  try {
    const figures: Figure[] = [];
    for (const way of ways) {
      const modem = await serveModem(way.mode, guest.usbSocket);
      try {
        await dial(guest, way);
        figures.push(...(await speedOf(guest, way)));
        if (way.mode === 'qmi') figures.push(await pingOf(guest), ...(await idleOf(modem)));
        await guest.run('ifdown wwan');
      } finally {
        await modem.stop();
      }
    }
    return figures;
  } finally {
    await guest.close();
  }
}

async function dial(guest: BenchGuest, { proto, device, up }: Way): Promise<void> {
  await guest.run(`until [ -e ${device} ]; do usleep 20000; done
    uci set network.wwan.proto=${proto}; uci set network.wwan.device=${device}; uci commit network
    reload_config; ifup wwan; tries=600
    until ifstatus ${up} 2>/dev/null | grep -q '"up": true'; do
      usleep 100000; tries=$((tries - 1)); [ $tries != 0 ] || { logread >&2; exit 1; }
    done`);
}

async function speedOf(guest: BenchGuest, { name, bytes, target }: Way): Promise<Figure[]> {
  const download = async (size: number): Promise<number> => {
    const from = performance.now();
    await guest.run(`wget -q -O /dev/null http://${SERVER}/bytes/${size}`);
    return megabitsPerS(size, performance.now() - from);
  };
  await download(bytes / 10); // to warm up: the modem's code, and what QEMU translates
  const down: number[] = [];
  const virtio: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    down.push(await download(bytes));
    virtio.push(await guest.pushOverVirtio(VIRTIO_BYTES));
  }
  return [
    atLeast(`${name}: HTTP download, median of ${ROUNDS}`, median(down), 'Mbit/s', target),
    plain(`${name}: the guest's virtio-net in the same run`, median(virtio), 'Mbit/s'),
    plain(`${name}: ratio to virtio-net`, median(down) / median(virtio), ''),
  ];
}

async function pingOf(guest: BenchGuest): Promise<Figure> {
  const text = await guest.run(`ping -c 200 -i 0.02 ${SERVER}`);
  const times = Array.from(text.matchAll(/ time=([\d.]+) ms/g), ([, ms]) => Number(ms));
  return atMost('QMI: ping, network without delay, p50', median(times), 'ms', 3);
}

/** With its call up and nobody using it: the median, since V8 tidies its memory once, seconds after the downloads. */
async function idleOf(modem: ServedModem): Promise<Figure[]> {
  const shares: number[] = [];
  for (let window = 0; window < IDLE_WINDOWS; window++) {
    const before = modem.cpuMs();
    await sleep(IDLE_S * 1_000);
    shares.push((modem.cpuMs() - before) / IDLE_S / 10);
  }
  return [
    atMost(`modem process, idle: CPU, median of ${IDLE_WINDOWS} times ${IDLE_S} s`, median(shares), '%', 0.1),
    atMost('modem process after the downloads: memory', modem.memoryMb(), 'MB', 80),
  ];
}
