import { createRng } from '../../harness/core/chance.ts';
import { createRealClock } from '../../harness/core/real-clock.ts';
import { Timeline } from '../../harness/core/timeline.ts';
import { createNetwork } from '../../harness/sim/network/mobile-network.ts';
import type { Session } from '../../harness/sim/network/network.ts';
import { openTcp, type TcpClient } from '../support/tcp-client.ts';
import { plain, type Figure } from './figure.ts';

const SECONDS = 2;

/** TCP through a session in this process, in real time: what the emulated network itself can carry. */
export async function benchNetwork(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const rttMs of [0, 1]) {
    figures.push(
      plain(`TCP downlink through a session, round trip ${rttMs} ms`, await downlink(rttMs), 'Mbit/s'),
    );
    figures.push(
      plain(`TCP uplink through a session, round trip ${rttMs} ms`, await uplink(rttMs), 'Mbit/s'),
    );
  }
  return figures;
}

async function downlink(rttMs: number): Promise<number> {
  return measure(rttMs, 19, () => undefined);
}

async function uplink(rttMs: number): Promise<number> {
  const chunk = new Uint8Array(14_000);
  return measure(rttMs, 9, (client) => {
    while (client.outstanding + chunk.length < client.peerWindow) {
      client.write(chunk);
      client.total += chunk.length;
    }
  });
}

async function measure(rttMs: number, port: number, refill: (client: TcpClient) => void): Promise<number> {
  const session = await realSession(rttMs);
  const client = openTcp({ session, to: '203.0.113.10', port });
  client.keep = false;
  session.onReadable(() => {
    for (let packet = session.receive(); packet; packet = session.receive()) client.take(packet);
    if (client.established) refill(client);
  });
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
  const taken = (performance.now() - start) / 1_000;
  session.release();
  return (client.total * 8) / taken / 1e6;
}

function realSession(rttMs: number): Promise<Session> {
  const clock = createRealClock();
  const network = createNetwork({
    clock,
    rng: createRng('bench'),
    timeline: new Timeline({ clock, redact: (text) => text, write: () => undefined }),
    subscription: { apns: ['internet'] },
    path: { minRttMs: rttMs, maxRttMs: rttMs, loss: 0, maxLossesInARow: 0 },
  });
  return new Promise((resolve, reject) => {
    network.activate({ apn: 'internet', type: 'IPV4V6' }, (answer) => {
      if ('refused' in answer) reject(new Error(`refused with cause ${answer.refused}`));
      else resolve(answer);
    });
  });
}
