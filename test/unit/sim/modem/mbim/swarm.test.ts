import { expect, it } from '@jest/globals';
import { createRng } from '../../../../../harness/core/chance.ts';
import { encodeMbim } from '../../../../../harness/protocols/mbim/message.ts';
import { mbimService } from '../../../../../harness/protocols/mbim/services.ts';
import { createNtbBuilder } from '../../../../../harness/protocols/ncm/ntb16.ts';
import { mbimHost } from './host.ts';

const ROUNDS = 4_000;
/** WWANLAB_SWARM=1000: so many seeds more. */
const SEEDS = [
  'mbim/swarm',
  ...Array.from({ length: Number(process.env['WWANLAB_SWARM'] ?? 0) }, (_, i) => `${i}`),
];
/** Of the control queue: answers and indications, each of at most a few fragments. */
const MAX_WAITING = 3_000;

it.each(SEEDS)('no message, however broken, throws or lets the queue grow: seed %s', async (seed) => {
  const host = await mbimHost();
  const { control, data } = host;
  control.onReadable(undefined);
  const rng = createRng(seed);
  const services = [...Object.values(mbimService), '3d01dcc5-fef5-4d05-0d3a-bef7058e9aaf'];
  const noise = (most: number): Uint8Array =>
    Uint8Array.from({ length: rng.integer(0, most) }, () => (rng.next() < 0.6 ? 0 : rng.integer(0, 255)));
  let highest = 0;
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 50 === 0) {
      control.send(
        encodeMbim({ kind: 'open', transaction: round, maxControlTransfer: round % 100 ? 64 : 4_096 }),
      );
    }
    const message = encodeMbim({
      kind: 'command',
      transaction: round,
      service: services[rng.integer(0, services.length - 1)] as string,
      cid: rng.integer(0, 26),
      operation: rng.integer(0, 1),
      information: noise(120),
    });
    for (let flips = rng.next() < 0.5 ? 0 : rng.integer(1, 4); flips > 0; flips--) {
      message[rng.integer(0, message.length - 1)] = rng.integer(0, 255);
    }
    control.send(rng.next() < 0.1 ? message.subarray(0, rng.integer(0, message.length)) : message);
    const block = createNtbBuilder({ maxSize: 2_048, maxDatagrams: 0 });
    block.add(rng.integer(0, 3), noise(60));
    const transfer = block.finish(round);
    transfer[rng.integer(0, transfer.length - 1)] = rng.integer(0, 255);
    data.send(transfer);
    data.receive();
    highest = Math.max(highest, control.waiting);
    // A slow host: it reads now and then.
    if (round % 20 === 0) {
      await host.pass(500);
      while (control.receive());
    }
  }
  expect(highest).toBeLessThan(MAX_WAITING);
  await host.pass(120_000);
  while (control.receive());
  control.send(encodeMbim({ kind: 'open', transaction: 1, maxControlTransfer: 4_096 }));
  await host.pass(100);
  expect(Buffer.from(control.receive() ?? []).toString('hex')).toBe('01000080100000000100000000000000');
});
