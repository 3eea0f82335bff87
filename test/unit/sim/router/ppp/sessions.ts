import { expect } from '@jest/globals';
import { encodeEcho } from '../../../../../harness/protocols/ip/icmp.ts';
import type { Pppd } from '../../../../../harness/sim/router/ppp/pppd.ts';
import type { PppRig, RigOptions } from './rig.ts';

/** What chat says until the modem connects. */
const dialled = (apn: string): string[] =>
  [
    'abort on (BUSY)',
    'abort on (NO CARRIER)',
    'abort on (ERROR)',
    'report (CONNECT)',
    'timeout set to 10 seconds',
    'send (AT&F^M)',
    'expect (OK)',
    'AT&F^M^M',
    'OK',
    ' -- got it',
    'send (ATE1^M)',
    'expect (OK)',
    '^M',
    'ATE1^M^M',
    'OK',
    ' -- got it',
    `send (AT+CGDCONT=1,"IP","${apn}"^M)`,
    'timeout set to 30 seconds',
    'expect (OK)',
    '^M',
    `AT+CGDCONT=1,"IP","${apn}"^M^M`,
    'OK',
    ' -- got it',
    'send (ATD*99***1#^M)',
    'expect (CONNECT)',
    '^M',
    'ATD*99***1#^M^M',
    'CONNECT',
    ' -- got it',
    'send ( ^M)',
  ].map((line) => `chat: ${line}`);

export const up2018 = [
  'pppd: pppd 2.4.7 started by root, uid 0',
  ...dialled('epc.tmobile.com'),
  'pppd: Serial connection established.',
  'kernel: 3g-modem: renamed from ppp0',
  'pppd: Using interface 3g-modem',
  'pppd: Connect: 3g-modem <--> /dev/ttyUSB2',
];

export const current: RigOptions = { version: '2.5.2', adaptive: true, interfaceName: '3g-wwan' };
export const up2024 = [
  'pppd: pppd 2.5.2 started by root, uid 0',
  ...dialled('epc.tmobile.com'),
  'pppd: Serial connection established.',
  'pppd: Using interface 3g-wwan',
  'pppd: Connect: 3g-wwan <--> /dev/ttyUSB2',
];
export const chapLines = ['pppd: CHAP authentication succeeded', 'pppd: CHAP authentication succeeded'];
export const rejected = "pppd: Protocol-Reject for unsupported protocol 'IPv6' (0x57)";

/** The log after dialling, without addresses of its own choice. */
export function tail(rig: PppRig, from: readonly string[]): string[] {
  return rig
    .lines()
    .slice(from.length)
    .map((line) => line.replace(/local  IP address 10\.[0-9.]+$/, 'local  IP address LOCAL'));
}

export const addresses = [
  'pppd: local  IP address LOCAL',
  'pppd: remote IP address 10.64.64.64',
  'pppd: primary   DNS address 8.8.8.8',
  'pppd: secondary DNS address 8.8.4.4',
];

async function untilUp(rig: PppRig): Promise<void> {
  for (let i = 0; i < 100 && rig.ups.length === 0; i++) await rig.clock.sleep(100);
  expect(rig.ups).toHaveLength(1);
}

/** Dials, lets `meanwhile` happen once the link is up, and waits for the exit. */
export async function session(rig: PppRig, meanwhile: (pppd: Pppd) => Promise<void>): Promise<number> {
  return rig.drive(async () => {
    const pppd = rig.dial();
    await untilUp(rig);
    await meanwhile(pppd);
    return pppd.exited;
  });
}

export const traces = (rig: PppRig): string[] =>
  rig.events
    .filter(({ source, kind }) => source === 'modem' && kind === 'ppp')
    .map(({ data }) => (data as { text: string }).text);

export function ping(rig: PppRig, seq: number): Uint8Array {
  const { local } = rig.ups[0] as { local: string };
  const payload = new Uint8Array(56);
  return encodeEcho({ type: 'request', source: local, destination: '8.8.8.8', ttl: 64, id: 7, seq, payload });
}
