import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

import { startWwanlab } from '../../support/cli.ts';
import { printed } from '../../support/programs.ts';

/** `wwanlab modem serve`: the modem in a process of its own. */
export interface ServedModem {
  /** MB of memory that are its own and in use now. */
  memoryMb(): number;
  /** CPU time so far, of all its threads; ms. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** An MC7455 with a network without delay, plugged into the guest that listens there; registered. */
export async function serveModem(mode: string, usbSocket: string): Promise<ServedModem> {
  const usb = ['--usbredir', `unix:${usbSocket}`, '--connect'];
  const child = startWwanlab(['modem', 'serve', '--model', 'mc7455', '--mode', mode, '--rtt', '0', ...usb]);
  await printed(child, /registration circuit=home/);
  const proc = `/proc/${child.pid}`;
  return {
    memoryMb: () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1]) / 1_000,
    cpuMs: () =>
      readdirSync(`${proc}/task`)
        .map((task) => Number(readFileSync(`${proc}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
        .reduce((sum, ms) => sum + ms, 0),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
