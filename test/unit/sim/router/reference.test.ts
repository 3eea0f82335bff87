import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createBench, type Bench } from './support.ts';

interface Vectors {
  readonly cases: readonly { readonly command: string; readonly output: string; readonly status: number }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../vectors/openwrt/shell-outputs.json', import.meta.url), 'utf8'),
) as Vectors;
const outputOf = (command: string): string =>
  vectors.cases.find((one) => one.command === command)?.output ?? '';

/** What is the captured machine's own: its dates, build and hardware. */
const general = (text: string): string =>
  text
    .replaceAll(/(?:Sun|Mon) Nov 2\d \d\d:\d\d:\d\d 2026/g, 'DATE')
    .replaceAll(/Nov 22 \d\d:\d\d/g, 'DATE')
    .replaceAll('x86/64', 'ath79/generic')
    .replaceAll('x86_64', 'mips_24kc')
    // Lines that only builds of main with a firmware URL and a build date have.
    .replaceAll(/(?:FIRMWARE_URL|OPENWRT_BUILD_DATE)=.*\n/g, '')
    .replaceAll(/ \.\.\/\.\.\/devices\/\S+/g, ' DEVICE');

function createCapturedRouter(): Bench {
  const bench = createBench();
  const { files } = bench.machine;
  files.write('/etc/config/network', outputOf('cat /etc/config/network'));
  files.makeDevice('/dev/cdc-wdm0', 180, 0);
  for (let i = 0; i < 4; i++) files.makeDevice(`/dev/ttyUSB${i}`, 188, i);
  for (const name of ['br-lan', 'eth0', 'eth1', 'lo', 'wwan0'])
    files.link(`/sys/class/net/${name}`, `../../devices/${name}`);
  files.makeDirectory('/sys/devices/1-1:1.4/net/wwan0');
  files.makeDirectory('/sys/devices/1-1:1.4/usbmisc/cdc-wdm0');
  files.link('/sys/devices/1-1:1.4/usbmisc/cdc-wdm0/device', '../../../1-1:1.4');
  files.link('/sys/class/usbmisc/cdc-wdm0', '../../devices/1-1:1.4/usbmisc/cdc-wdm0');
  return bench;
}

describe('what a real OpenWrt printed', () => {
  it.each(vectors.cases.map((one) => [one.command, one] as const))('%s', async (command, one) => {
    const { status, out, err } = await createCapturedRouter().sh(command);
    expect(general(out + err)).toBe(general(one.output));
    expect(status).toBe(one.status);
  });
});
