import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { diagnosed } from '../../support/diagnosed.ts';

const vector = (name: string): string =>
  readFileSync(`test/vectors/logs/${name}.log`, 'utf8').split('\n-----\n')[1]?.trimEnd() ?? '';

/** What else a router says all day long: none of it concerns the modem. */
const NOISE = [
  'daemon.info dnsmasq-dhcp[1]: DHCPACK(br-lan) 192.168.1.134 3c:22:fb:00:00:01 phone',
  'daemon.info hostapd: wlan0: STA 3c:22:fb:00:00:01 IEEE 802.11: disassociated due to inactivity',
  "daemon.notice netifd: Network device 'wlan0' link is down",
  'daemon.warn odhcpd[954]: No default route present, setting ra_lifetime to 0!',
  'daemon.info odhcpd[954]: Using a RA lifetime of 0 seconds on br-lan',
  "authpriv.notice dropbear[2201]: Password auth succeeded for 'root' from 192.168.1.2:50122",
  'authpriv.info dropbear[2201]: Exit (root) from <192.168.1.2:50122>: Disconnect received',
  'cron.err crond[1320]: USER root pid 3371 cmd /usr/bin/update-lists.sh',
  'daemon.err uhttpd[1499]: [info] luci: accepted login on / for root from 192.168.1.2',
  'user.err adblock-4.1.5[3813]: dns backend restart with adblock blocklist failed',
  'daemon.err odhcp6c[266]: Failed to send RS (Address not available)',
  'user.notice firewall: Reloading firewall due to ifup of lan (br-lan)',
  'kern.info kernel: [   22.402100] br-lan: port 2(lan2) entered disabled state',
  'kern.info kernel: [   10.771141] usbcore: registered new interface driver rndis_host',
  'kern.warn kernel: [  182.103311] ath10k_pci 0000:01:00.0: failed to flush transmit queue (skip 0 ar-state 1): 0',
  'daemon.info procd: Instance sqm::instance1 pid 4410 not stopped on SIGTERM, sending SIGKILL instead',
  'daemon.notice wpa_supplicant[1701]: wlan1: CTRL-EVENT-SCAN-FAILED ret=-16 retry=1',
  'daemon.warn dnsmasq[1]: possible DNS-rebind attack detected: printer.lan',
  'syslog.info syslogd started: BusyBox v1.36.1',
  'user.info : Backing up: ok',
  'daemon.err collectd[2100]: ping plugin: ping_send failed: No such device',
] as const;

/** The log with lines of noise put in, and for each line of the noisy one its line of the quiet one. */
const noisy = (log: string): fc.Arbitrary<{ text: string; origin: readonly number[] }> => {
  const lines = log.split('\n');
  return fc
    .array(fc.tuple(fc.nat(lines.length), fc.constantFrom(...NOISE)), { maxLength: 25 })
    .map((extra) => {
      const out: string[] = [];
      const origin: number[] = [0];
      for (let i = 0; i <= lines.length; i++) {
        for (const [at, line] of extra) {
          if (at !== i) continue;
          out.push(`Tue Mar  3 08:10:30 2026 ${line}`);
          origin.push(0);
        }
        if (i === lines.length) break;
        out.push(lines[i] ?? '');
        origin.push(i + 1);
      }
      return { text: out.join('\n'), origin };
    });
};

describe("noise of the router's own", () => {
  it.each(['healthy-qmi', 'healthy-3g', 'healthy-ifdown', 'two-dials', 'unplugged', 'seed-dial', 'dual-wan'])(
    'changes nothing in %s',
    (name) => {
      const log = vector(name);
      const { subject, rung, abstains, faults, causes } = diagnosed(log);
      fc.assert(
        fc.property(noisy(log), ({ text, origin }) => {
          const d = diagnosed(text);
          expect(d).toMatchObject({ subject, rung, abstains, faults });
          expect(d.causes.map((c) => c.evidence.map((line) => origin[line]))).toEqual(
            causes.map((c) => c.evidence),
          );
        }),
        { numRuns: 15 },
      );
    },
  );

  it('alone is no fault of a modem', () => {
    fc.assert(
      fc.property(fc.subarray([...NOISE], { minLength: 1 }), (lines) => {
        expect(diagnosed(lines.join('\n')).faults).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

/** One fault each, in words that nothing else explains; by the rung that it keeps from being reached. */
const FAULTS: readonly (readonly [fault: string, rung: number, log: string])[] = [
  ['F17', 1, 'kern.info kernel: hub 1-0:1.0: port 1 disabled by hub (EMI?), re-enabling...'],
  ['F27', 2, 'kern.err kernel: qmi_wwan: probe of 1-1:1.4 failed with error -22'],
  [
    'F37',
    3,
    'daemon.err [1]: <err> [modem0] port ttyUSB2 timed out 10 consecutive times, marking modem as invalid',
  ],
  ['F44', 4, 'daemon.notice netifd: wwan (5): SIM locked PUK required'],
  ['F54', 5, 'AT!PCTEMP?\nTemp state: High Critical'],
  ['F59', 6, 'netifd: wwan (3953): mbim[3953] Subscriber registration failed (code 4)'],
  ['F99', 9, 'kern.info kernel: [  339.7] net wwan0: drop skb_len=5b8 larger than mtu=1400'],
];

describe('two causes in one log', () => {
  const pairs = FAULTS.flatMap((a) => FAULTS.filter((b) => b !== a).map((b) => [a, b] as const));
  it.each(pairs)('%s and %s are both named, the lower rung first', (a, b) => {
    const expected = [a, b].sort((x, y) => x[1] - y[1]).map(([fault]) => fault);
    const d = diagnosed(`${a[2]}\n\n${b[2]}`);
    expect([...d.faults].sort()).toEqual([...expected].sort());
    if (a[1] !== b[1]) expect(d.faults).toEqual(expected);
  });
});

describe('what comes after a link that holds', () => {
  // Passing trouble: the handler said it, tried again and got through.
  const passing = [
    'Request timed out',
    'SIM not initialized',
    'Network registration failed, registration timeout reached',
    'Unable to connect IPv4',
    'The specified control device does not exist',
    'mbim[7] Failed to read modem caps',
    'Failed to get modem information',
    'SIM in illegal state - Power-cycling SIM',
  ];
  it.each(passing)('before it, %s is passing trouble', (words) => {
    const d = diagnosed(
      `Tue Mar  3 08:09:00 2026 daemon.notice netifd: wwan (12): ${words}\n${vector('healthy-qmi')}`,
    );
    expect(d).toMatchObject({ subject: 'healthy', faults: [] });
  });
});
