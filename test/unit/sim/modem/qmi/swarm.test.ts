import { describe, expect, it } from '@jest/globals';

import { createRng, type Rng } from '../../../../../harness/core/chance.ts';
import { ctlAllocateClient } from '../../../../../harness/protocols/qmi/ctl.ts';
import { decodeQmi, encodeQmi, type Tlv } from '../../../../../harness/protocols/qmi/message.ts';
import { qmiService } from '../../../../../harness/protocols/qmi/services.ts';
import { maxClientsOfService } from '../../../../../harness/sim/modem/faces/qmi/clients.ts';
import { maxIndications, maxResponses } from '../../../../../harness/sim/modem/faces/qmi/control-queue.ts';
import { bench, type Bench } from '../bench.ts';
import { grantBoth } from './network.ts';
import { qmiHost } from './qmi-host.ts';

/** WWANLAB_SWARM=1000: so many seeds more. */
const SEEDS = [
  'bees',
  'wasps',
  'locusts',
  ...Array.from({ length: Number(process.env['WWANLAB_SWARM'] ?? 0) }, (_, i) => `${i}`),
];

const services = Object.values(qmiService);

/** Bytes that look like an argument now and then. */
function randomTlv(rng: Rng): Tlv {
  const size = rng.integer(0, 3) === 0 ? rng.integer(0, 40) : [1, 2, 4][rng.integer(0, 2)];
  const value = Uint8Array.from({ length: size ?? 1 }, () =>
    rng.chance(0.6) ? rng.integer(0, 6) : rng.integer(0, 255),
  );
  return { type: rng.chance(0.5) ? 1 : rng.integer(0x10, 0x35), value };
}

function randomFrame(rng: Rng): Uint8Array {
  const frame = encodeQmi({
    service: rng.chance(0.97)
      ? (services[rng.integer(0, services.length - 1)] as number)
      : rng.integer(0, 255),
    client: rng.integer(0, 4),
    kind: 'request',
    transaction: rng.integer(0, 255),
    id: rng.chance(0.9) ? rng.integer(0, 0xb0) : rng.integer(0x5550, 0x5570),
    tlvs: Array.from({ length: rng.integer(0, 4) }, () => randomTlv(rng)),
  });
  if (rng.chance(0.05)) return frame.slice(0, rng.integer(0, frame.length));
  if (rng.chance(0.05)) frame[rng.integer(0, frame.length - 1)] = rng.integer(0, 255);
  return frame;
}

interface Count {
  taken: number;
  answered: number;
}

/** Each command that is a whole request is answered once, and the queue stays within its bounds. */
async function swarm(b: Bench, rng: Rng, rounds: number): Promise<Count> {
  const count: Count = { taken: 0, answered: 0 };
  for (let round = 0; round < rounds; round++) {
    const port = b.modem.openControl(8);
    if (!port) {
      await b.pass(30_000); // it restarts, as it was told to
      continue;
    }
    port.setDtr(true);
    for (let i = rng.integer(1, 12); i > 0; i--) if (port.send(randomFrame(rng))) count.taken++;
    await b.pass(rng.integer(0, 3) * 400);
    expect(port.waiting).toBeLessThanOrEqual(maxResponses + maxIndications);
    for (let frame = port.receive(); frame; frame = port.receive()) {
      if (decodeQmi(frame).kind === 'response') count.answered++;
    }
  }
  return count;
}

describe('a swarm of random commands', () => {
  it.each(SEEDS)('(%s) is answered, never breaks the modem, never leaves more than fits', async (seed) => {
    const b = bench('mc7455', { rng: createRng(seed) });
    grantBoth(b);
    await b.drive(async () => {
      await b.pass(20_000);
      const { taken, answered } = await swarm(b, createRng(seed), 400);
      expect(taken).toBeGreaterThan(1_000);
      expect(answered).toBeGreaterThan(taken * 0.7);
      b.modem.power(false);
      await b.pass(5_000);
      b.modem.power(true);
      await b.pass(60_000);
      // Whatever it was told: after the power was off it is its old self, with all of its client ids.
      if (!b.modem.state.stored.calls.autoconnect) expect(b.modem.state.bearers).toEqual([]);
      const host = qmiHost(b.clock, b.modem);
      for (let i = 0; i < maxClientsOfService; i++) expect(await host.allocate('wds')).toBe(i + 1);
      expect((await host.ask(ctlAllocateClient, { service: qmiService.wds })).error).toBe(
        'ClientIdsExhausted',
      );
    });
  });
});
