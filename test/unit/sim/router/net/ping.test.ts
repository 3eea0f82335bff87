import { describe, expect, it } from '@jest/globals';

import { minutes, seconds } from '../../../../../harness/core/units.ts';
import { createRig, type Rig } from './rig.ts';

async function online(): Promise<Rig> {
  const rig = createRig();
  await rig.drive(async () => {
    rig.net.start();
    await rig.run(['ifup', 'wwan']);
    await rig.clock.sleep(seconds(12));
  });
  return rig;
}

describe('ping', () => {
  it('prints replies and statistics in the form of busybox', async () => {
    const rig = await online();
    const { status, stdout } = await rig.drive(() => rig.run(['ping', '-c', '3', '8.8.8.8']));
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('PING 8.8.8.8 (8.8.8.8): 56 data bytes');
    for (const seq of [0, 1, 2]) {
      expect(lines[1 + seq]).toMatch(
        new RegExp(`^64 bytes from 8\\.8\\.8\\.8: seq=${seq} ttl=58 time=\\d+\\.\\d{3} ms$`),
      );
    }
    expect(lines.slice(4, 7)).toEqual([
      '',
      '--- 8.8.8.8 ping statistics ---',
      '3 packets transmitted, 3 packets received, 0% packet loss',
    ]);
    expect(lines[7]).toMatch(/^round-trip min\/avg\/max = \d+\.\d{3}\/\d+\.\d{3}\/\d+\.\d{3} ms$/);
    const of = (i: number): number => Number(/time=([\d.]+)/.exec(lines[i] ?? '')?.[1]);
    const [least, , most] = (lines[7] ?? '')
      .slice('round-trip min/avg/max = '.length)
      .split('/')
      .map(Number.parseFloat);
    expect(least).toBe(Math.min(of(1), of(2), of(3)));
    expect(most).toBe(Math.max(of(1), of(2), of(3)));
  });

  it('sends one request a second for ever and prints its statistics on SIGINT', async () => {
    const rig = await online();
    const ping = rig.start(['ping', '8.8.8.8']);
    await rig.drive(() => rig.clock.sleep(minutes(1) + 500));
    ping.interrupt(2);
    await ping.status;
    expect(ping.text()).toContain('seq=60 ');
    expect(ping.text()).toContain('61 packets transmitted, 61 packets received');
  });

  it('dies at once where no route leads', async () => {
    const rig = createRig();
    const { status, stdout, stderr } = await rig.drive(async () => {
      rig.net.start();
      return rig.run(['ping', '-c', '1', '8.8.8.8']);
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: 'PING 8.8.8.8 (8.8.8.8): 56 data bytes\n',
      stderr: 'ping: sendto: Network unreachable\n',
    });
  });

  it('waits for -W seconds for a host that does not answer, and fails', async () => {
    const rig = await online();
    const start = rig.clock.now();
    const { status, stdout } = await rig.drive(() => rig.run(['ping', '-c', '1', '-W', '3', '10.1.2.3']));
    expect(status).toBe(1);
    expect(rig.clock.now() - start).toBe(3_000);
    expect(stdout).toContain('1 packets transmitted, 0 packets received, 100% packet loss\n');
    expect(stdout).not.toContain('round-trip');
  });

  it('stops at the deadline of -w and is silent with -q', async () => {
    const rig = await online();
    const { status, stdout } = await rig.drive(() =>
      rig.run(['ping', '-q', '-w', '5', '-s', '16', '8.8.8.8']),
    );
    expect(status).toBe(0);
    expect(stdout).toContain('PING 8.8.8.8 (8.8.8.8): 16 data bytes\n\n---');
    expect(stdout).toMatch(/^[56] packets transmitted, 5 packets received/m);
  });

  it('answers itself', async () => {
    const rig = await online();
    const { status, stdout } = await rig.drive(() => rig.run(['ping', '-c', '1', '192.168.1.1']));
    expect(status).toBe(0);
    expect(stdout).toContain('64 bytes from 192.168.1.1: seq=0 ttl=64 time=0.000 ms');
  });

  it('knows no name but those of /etc/hosts', async () => {
    const rig = await online();
    const { status, stderr } = await rig.run(['ping', 'nosuch']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "ping: bad address 'nosuch'\n" });
  });
});
