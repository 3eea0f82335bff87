import { describe, expect, it } from '@jest/globals';

import { createRng } from '../../../../harness/core/chance.ts';
import { PppClient } from '../../../../harness/sim/router/ppp/client.ts';
import { bench, type Bench, type Terminal } from './bench.ts';

interface Host {
  readonly client: PppClient;
  readonly log: string[];
  readonly addresses: string[];
  readonly finished: number[];
}

/** Lets pppd's PPP speak on a port that has said CONNECT. */
function startPpp(b: Bench, terminal: Terminal, failures: number): Host {
  const log: string[] = [];
  const addresses: string[] = [];
  const finished: number[] = [];
  const client = new PppClient({
    clock: b.clock,
    rng: createRng('host'),
    log: (_level, text) => log.push(text),
    write: (bytes) => terminal.port.write(bytes),
    credentials: { user: 'web', password: 'web' },
    methods: ['chap-md5'],
    echo: { failures, intervalMs: 1_000, adaptive: false },
    ipv6: false,
    starvedUntil: () => 0,
    onUp: ({ local }) => addresses.push(local),
    onDown: () => undefined,
    onPacket: () => undefined,
    onFinished: (status) => finished.push(status),
  });
  return { client, log, addresses, finished };
}

/** @param failures unanswered LCP echoes that end the link; 0: none is sent */
async function dial(b: Bench, terminal: Terminal, failures = 5): Promise<Host> {
  await terminal.at('ATD*99***1#');
  const host = startPpp(b, terminal, failures);
  terminal.port.onBytes((bytes) => host.client.receive(bytes));
  host.client.start();
  return host;
}

describe('a data call', () => {
  it.each(['mc7455', 'ec25-a'] as const)('of %s connects, carries IP and ends with DTR', async (model) => {
    const b = bench(model);
    await b.drive(async () => {
      await b.pass(5_000);
      const t = b.open(3);
      const host = await dial(b, t);
      await b.pass(5_000);
      expect(host.addresses).toEqual(['10.1.2.3']);
      let carrierLost = 0;
      t.port.onCarrierLost?.(() => carrierLost++);
      t.port.setDtr(false);
      await b.pass(10);
      expect([b.network.sessions[0]?.released, carrierLost, b.modem.state.bearers]).toEqual([
        expect.any(Number),
        1,
        [],
      ]);
      expect(b.network.sessions[0]?.released).toBeGreaterThan(0);
      expect((await b.open(3).at('AT')).final).toBe('OK');
    });
  });

  it('of EC25 says NO CARRIER where the network refuses, that of MC7455 fails after CONNECT', async () => {
    const ec25 = bench('ec25-a');
    ec25.network.refused = 27;
    await ec25.drive(async () => {
      await ec25.pass(5_000);
      expect((await ec25.open(3).at('ATD*99***1#')).final).toBe('NO CARRIER');
    });
    const mc7455 = bench('mc7455');
    mc7455.network.refused = 27;
    await mc7455.drive(async () => {
      await mc7455.pass(5_000);
      const t = mc7455.open();
      const host = await dial(mc7455, t);
      await mc7455.pass(10_000);
      expect(host.log).toContain('CHAP authentication succeeded');
      expect([host.addresses, host.finished.length]).toEqual([[], 1]);
      expect((await mc7455.open().at('AT+CEER')).lines).toEqual(['+CEER: Missing or unknown APN']);
    });
  });

  it('without a card: MC7455 authenticates and then hangs, EC25 says NO CARRIER', async () => {
    const mc7455 = bench('mc7455', { faults: [{ kind: 'sim.not-seated' }] });
    await mc7455.drive(async () => {
      const t = mc7455.open();
      const host = await dial(mc7455, t);
      await mc7455.pass(30_000);
      expect(host.log).toContain('CHAP authentication succeeded');
      expect(host.log).toContain('No response to 5 echo-requests');
      expect(host.addresses).toEqual([]);
      t.port.setDtr(false);
      await mc7455.pass(10);
      expect(mc7455.modem.state.bearers).toEqual([]);
    });
    const ec25 = bench('ec25-a', { faults: [{ kind: 'sim.not-seated' }] });
    await ec25.drive(async () => {
      expect((await ec25.open(3).at('ATD*99***1#')).final).toBe('NO CARRIER');
    });
  });

  it('that hangs without a card goes on when there is one at last', async () => {
    const b = bench('mc7455', { sim: { pin: '1234' } });
    await b.drive(async () => {
      const host = await dial(b, b.open());
      await b.pass(2_000);
      b.modem.input({ kind: 'enterPin', pin: '1234' });
      await b.pass(3_000);
      expect(host.addresses).toEqual(['10.1.2.3']);
    });
  });

  it.each(['mc7455', 'ec25-a'] as const)(
    'of %s ends in order when the network ends the session',
    async (model) => {
      const b = bench(model);
      await b.drive(async () => {
        await b.pass(5_000);
        const t = b.open(3);
        const host = await dial(b, t);
        await b.pass(5_000);
        b.network.sessions[0]?.end(36);
        await b.pass(5_000);
        expect(host.finished).toHaveLength(1);
        expect(b.modem.state.bearers).toEqual([]);
        expect((await b.open(3).at('AT')).final).toBe('OK');
      });
      const said = b.events('modem').filter(({ kind }) => kind === 'at.tx');
      expect(said.some(({ data }) => (data as { final?: string }).final === 'NO CARRIER')).toBe(true);
    },
  );

  it('loses its LCP echoes under that fault, and only them', async () => {
    const b = bench('ec25-a', { faults: [{ kind: 'echo.lost', afterMs: 60_000 }] });
    await b.drive(async () => {
      await b.pass(5_000);
      const host = await dial(b, b.open(3));
      await b.pass(50_000);
      expect(host.log).not.toContain('No response to 5 echo-requests');
      await b.pass(20_000);
      expect(host.log).toContain('No response to 5 echo-requests');
    });
    expect(b.events('fault').map(({ kind, data }) => [kind, data])).toEqual([
      ['echo.lost', { afterMs: 60_000 }],
    ]);
  });

  it('is left with +++ and taken up again with ATO', async () => {
    const b = bench('mc7455');
    await b.drive(async () => {
      await b.pass(5_000);
      const t = b.open();
      // Echoes would break the silence around the escape.
      await dial(b, t, 0);
      await b.pass(5_000);
      let text = '';
      t.port.onBytes((bytes) => (text += Buffer.from(bytes).toString('latin1')));
      t.type('+++');
      await b.pass(1_100);
      expect(text).toContain('\r\nOK\r\n');
      expect((await b.open().at('AT+CGACT?')).lines).toEqual(['+CGACT: 1,1']);
      expect((await b.open().at('ATO')).final).toBe('CONNECT');
      await b.pass(1_500);
      t.type('+++');
      await b.pass(1_100);
      expect((await b.open().at('ATH')).final).toBe('OK');
      expect(b.modem.state.bearers).toEqual([]);
    });
  });

  it('is not taken for over by pluses in the stream', async () => {
    const b = bench('mc7455');
    await b.drive(async () => {
      await b.pass(5_000);
      const t = b.open();
      await dial(b, t);
      await b.pass(5_000);
      t.type('~~');
      t.type('+++');
      await b.pass(3_000);
      t.type('+++++');
      await b.pass(3_000);
      expect(b.modem.state.bearers[0]?.phase).toBe('active');
      let text = '';
      t.port.onBytes((bytes) => (text += Buffer.from(bytes).toString('latin1')));
      t.type('AT\r');
      await b.pass(10);
      expect(text).not.toContain('OK');
    });
  });

  it('ends without a word when the modem leaves USB', async () => {
    const b = bench('mc7455');
    await b.drive(async () => {
      await b.pass(5_000);
      const t = b.open();
      await dial(b, t);
      await b.pass(5_000);
      let text = '';
      let gone = false;
      t.port.onBytes((bytes) => (text += Buffer.from(bytes).toString('latin1')));
      t.port.onGone(() => (gone = true));
      b.modem.power(false);
      await b.pass(10);
      expect([gone, text]).toEqual([true, '']);
      expect(b.network.sessions[0]?.released).toBeGreaterThan(0);
    });
  });

  it('that nobody waits for any more gives its session back', async () => {
    const b = bench('ec25-a');
    await b.drive(async () => {
      await b.pass(5_000);
      const t = b.open(3);
      t.type('ATD*99***1#\r');
      await b.pass(100);
      t.port.setDtr(false);
      await b.pass(1_000);
      expect(b.network.sessions[0]?.released).toBe(1);
      expect((await b.open(3).at('AT')).final).toBe('OK');
    });
  });

  it.each(['ATD112;', 'ATD*99***9#', 'ATD991#', 'ATDT5551234'])('%s finds no carrier', async (command) => {
    const b = bench('mc7455');
    await b.drive(async () => {
      expect((await b.open().at(command)).final).toBe('NO CARRIER');
    });
  });
});
