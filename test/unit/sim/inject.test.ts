import { describe, expect, it } from '@jest/globals';

import { createRng } from '../../../harness/core/chance.ts';
import { Timeline, type TimelineEvent } from '../../../harness/core/timeline.ts';
import { createVirtualClock } from '../../../harness/core/virtual-clock.ts';
import type { Fault } from '../../../harness/sim/faults.ts';
import { createInjector, type Injector } from '../../../harness/sim/inject.ts';
import { createModem, type EmulatedModem } from '../../../harness/sim/modem/modem.ts';
import { profileById } from '../../../harness/sim/modem/profiles/index.ts';
import { createNetwork, type SimulatedNetwork } from '../../../harness/sim/network/mobile-network.ts';

interface Scene {
  readonly modem: EmulatedModem;
  readonly network: SimulatedNetwork;
  readonly injector: Injector;
  readonly faults: () => [at: number, kind: string][];
  /** What was said of those that are over. */
  readonly over: () => unknown[];
  readonly pass: (ms: number) => Promise<void>;
  /** What AT answers in 2 s. */
  readonly at: (command: string) => Promise<string>;
}

/** A modem that has long been on, on an operator's network, with this plan. */
function onRig<T>(
  plan: readonly Fault[],
  body: (scene: Scene) => Promise<T>,
  { model = 'mc7455', seed = 'inject' } = {},
): Promise<T> {
  const clock = createVirtualClock();
  const events: TimelineEvent[] = [];
  const timeline = new Timeline({ clock, redact: (text) => text, write: () => undefined });
  timeline.watch((event) => events.push(event));
  const rng = createRng(seed);
  const injector = createInjector({ clock, rng, timeline, plan });
  const parts = { clock, rng, timeline, faults: injector.inForce };
  const network = createNetwork({ ...parts, subscription: { apns: ['internet'] } });
  const modem = createModem({ ...parts, profile: profileById(model), network });
  injector.start(modem, network);
  return clock.drive('scene', () =>
    body({
      modem,
      network,
      injector,
      faults: () => events.filter(({ source }) => source === 'fault').map(({ at, kind }) => [at, kind]),
      over: () => events.filter(({ kind }) => kind === 'over').map(({ data }) => data),
      pass: (ms) => clock.sleep(ms),
      at: async (command) => {
        let text = '';
        const port = modem.openPort(model === 'ec25-a' ? 2 : 3);
        port?.onBytes((bytes) => (text += Buffer.from(bytes).toString('latin1')));
        port?.write(Buffer.from(`${command}\r`));
        await clock.sleep(2_000);
        return text;
      },
    }),
  );
}

async function online({ modem, pass }: Scene): Promise<void> {
  await pass(10_000);
  modem.input({ kind: 'activateContext', cid: 1 });
  await pass(2_000);
  expect(modem.state.bearers).toMatchObject([{ cid: 1, phase: 'active' }]);
}

describe('faults that are injected while it runs', () => {
  it('bearer.drop ends every session with its cause, and bites only where there is one', () =>
    onRig([], async (scene) => {
      const drop = { kind: 'bearer.drop', cause: 38 } as const;
      expect(scene.injector.inject(drop)).toEqual({ found: 'no data session is up' });
      expect([scene.faults(), scene.injector.unfired()]).toEqual([[[0, 'missed']], []]);
      await online(scene);
      scene.injector.inject({ kind: 'bearer.drop', cause: 38 });
      expect(scene.modem.state.bearers).toEqual([]);
      expect(scene.modem.state.lastEnd).toEqual({ cid: 1, cause: 38 });
      expect(scene.faults().at(-1)).toEqual([12_000, 'bearer.drop']);
    }));

  it('cell.lost takes the cell away, and gives it back when its time is over', () =>
    onRig([], async ({ modem, injector, pass, faults }) => {
      await pass(10_000);
      injector.inject({ kind: 'cell.lost', forMs: 60_000 });
      expect(modem.state.registration).toMatchObject({ phase: 'waiting', packet: 'searching' });
      await pass(59_000);
      expect(modem.state.registration.packet).toBe('searching');
      await pass(40_000);
      expect(modem.state.registration.packet).toBe('home');
      expect(faults().at(-1)).toEqual([70_000, 'over']);
    }));

  it('registration.deny throws the modem out with its cause', () =>
    onRig([], async ({ modem, injector, pass }) => {
      await pass(10_000);
      injector.inject({ kind: 'registration.deny', emmCause: 15 });
      expect(modem.state.registration).toMatchObject({ phase: 'denied', emmCause: 15, packet: 'denied' });
    }));

  it('sim.remove and sim.insert: the same card, with the tries that are left on it', () =>
    onRig([], async ({ modem, injector, pass }) => {
      await pass(10_000);
      modem.input({ kind: 'setPinLock', enabled: true, pin: '9999' });
      injector.inject({ kind: 'sim.remove' });
      expect(modem.state.sim).toMatchObject({ state: 'absent', card: undefined });
      injector.inject({ kind: 'sim.insert' });
      expect(modem.state.sim).toMatchObject({ state: 'failed', card: { pinTries: 2 } });
    }));

  it('usb.disconnect leaves the firmware running, and withholds a restart until the plug is back', () =>
    onRig([], async ({ modem, injector, pass }) => {
      await pass(10_000);
      injector.inject({ kind: 'usb.disconnect', forMs: 20_000 });
      expect(modem.usb).toBeUndefined();
      expect(modem.openPort(3)).toBeUndefined();
      expect(modem.state.registration.packet).toBe('home');
      modem.input({ kind: 'crash' });
      await pass(15_000);
      expect([modem.usb, modem.state.power.phase]).toEqual([undefined, 'on']);
      await pass(6_000);
      expect(modem.usb?.productId).toBe('9071');
      expect(modem.openPort(3)).toBeDefined();
    }));

  it('crash: gone at once without a word, back after the start with the counter up', () =>
    onRig([], async ({ modem, injector, pass, at }) => {
      injector.inject({ kind: 'crash' });
      expect(modem.usb).toBeUndefined();
      await pass(8_100);
      expect(await at('AT!GSTATUS?')).toContain('Reset Counter: 2');
      injector.inject({ kind: 'crash', into: 'boot-loader' });
      await pass(60_000);
      expect(modem.usb).toMatchObject({ productId: '9070', interfaces: [{ number: 0 }] });
      expect(modem.openPort(3)).toBeUndefined();
    }));

  it("an EC25 that crashes into its boot loader is Qualcomm's QHSUSB__BULK", () =>
    onRig(
      [{ kind: 'crash', into: 'boot-loader' }],
      async ({ modem, pass }) => {
        await pass(20_000);
        expect(modem.usb).toMatchObject({
          vendorId: '2c7c',
          productId: '0125',
          bcdDevice: '0.00',
          product: 'QHSUSB__BULK',
        });
        expect(modem.usb?.interfaces).toHaveLength(1);
      },
      { model: 'ec25-a' },
    ));

  it('brownout: resets whenever it transmits, with a low voltage in between, until the supply is good again', () =>
    onRig([], async ({ modem, injector, pass, at, faults }) => {
      await pass(10_000);
      injector.inject({ kind: 'brownout', forMs: 60_000 });
      expect(await at('AT!PCVOLT?')).toContain('Power supply voltage: 3155 mV');
      expect(faults()).toEqual([]);
      modem.input({ kind: 'activateContext', cid: 1 });
      expect([modem.usb, modem.state.bearers, modem.state.resets]).toEqual([undefined, [], 1]);
      await pass(45_000);
      expect(modem.state.resets).toBeGreaterThan(2);
      expect(faults().filter(([, kind]) => kind === 'brownout')).toHaveLength(modem.state.resets);
      await pass(60_000);
      expect(modem.state.registration.packet).toBe('home');
      expect(modem.state.environment).toMatchObject({ millivolts: 3_300, sagMillivolts: 0 });
    }));

  it('stall: every port takes bytes and nothing comes back, until its time is over or it is reset', () =>
    onRig([], async ({ modem, injector, pass, at }) => {
      await pass(10_000);
      const control = modem.openControl(8);
      injector.inject({ kind: 'stall', forMs: 10_000 });
      expect(await at('AT')).toBe('');
      expect([control?.send(Uint8Array.of(1, 2, 3)), control?.waiting]).toEqual([true, 0]);
      modem.input({ kind: 'reset' });
      await pass(7_000);
      expect(modem.usb).toBeDefined();
      await pass(1_100 + 300);
      expect(modem.usb).toBeUndefined(); // the reset that waited
      await pass(10_000);
      injector.inject({ kind: 'stall' });
      expect(await at('AT')).toBe('');
      modem.power(false);
      modem.power(true);
      await pass(10_000);
      expect(await at('AT')).toContain('OK');
    }));

  it('at.silent, and clear', () =>
    onRig([{ kind: 'at.silent' }], async ({ injector, at, faults }) => {
      expect(await at('AT')).toBe('');
      expect(faults()).toEqual([[0, 'at.silent']]);
      injector.clear('at.silent');
      expect(await at('AT')).toContain('OK');
    }));

  it('qmi.silent takes messages and answers none; what is said afterwards is answered', () =>
    onRig([], async ({ modem, injector, pass, faults }) => {
      // CTL Get Version Info, transaction 1.
      const question = Uint8Array.of(0x01, 0x0b, 0, 0, 0, 0, 0, 0x01, 0x21, 0, 0, 0);
      const control = modem.openControl(8);
      control?.setDtr(true);
      injector.inject({ kind: 'qmi.silent' });
      expect(control?.send(question)).toBe(true);
      await pass(1_000);
      expect([control?.waiting, faults()]).toEqual([0, [[0, 'qmi.silent']]]);
      injector.clear('qmi.silent');
      control?.send(question);
      await pass(1_000);
      expect(control?.waiting).toBe(1);
    }));

  it('latency and loss have bitten when a packet met them, and are told once', () =>
    onRig([], async (scene) => {
      const { network, injector, pass, faults, over } = scene;
      injector.inject({ kind: 'latency', ms: 500, forMs: 20_000 });
      injector.inject({ kind: 'loss', probability: 0, forMs: 20_000 });
      await pass(1_000);
      expect(faults()).toEqual([]);
      for (let i = 0; i < 3; i++) network.onPacket?.(false);
      await pass(20_000);
      expect(faults()[0]).toEqual([1_000, 'latency']);
      expect(over()).toEqual([
        { fault: 'latency', bit: true },
        { fault: 'loss', bit: false, found: 'no packet was lost' },
      ]);
      expect(network.onPacket).toBeUndefined();
    }));

  it('a card that lies the wrong way round is the same card once it is turned', () =>
    onRig([{ kind: 'sim.not-seated' }], async ({ modem, injector, pass }) => {
      await pass(5_000);
      expect(injector.inject({ kind: 'sim.insert' })).toMatchObject({
        found: expect.stringContaining('sim.not-seated holds'),
      });
      modem.insertSim({ iccid: '8901260000000000001' });
      expect(modem.state.sim.card).toBeUndefined();
      injector.clear('sim.not-seated');
      expect(modem.state.sim.card).toMatchObject({ iccid: '8901260000000000001' });
    }));

  it('a stall that a loss of power ended does not come back with the next fault', () =>
    onRig([], async ({ modem, injector, pass, at }) => {
      injector.inject({ kind: 'stall' });
      modem.power(false);
      expect(injector.inject({ kind: 'stall' })).toEqual({ found: 'the modem is not running (off)' });
      modem.power(true);
      await pass(20_000);
      injector.inject({ kind: 'latency', ms: 1 });
      expect(await at('AT')).toContain('OK');
    }));

  it('latency and loss make the path worse and are taken back each for itself', () =>
    onRig([], async ({ network, injector, pass }) => {
      const healthy = network.path;
      injector.inject({ kind: 'latency', ms: 500, forMs: 10_000 });
      injector.inject({ kind: 'loss', probability: 0.5, forMs: 20_000 });
      expect(network.path).toMatchObject({ minRttMs: healthy.minRttMs + 500, loss: 0.5 });
      await pass(15_000);
      expect(network.path).toMatchObject({ minRttMs: healthy.minRttMs, loss: 0.5 });
      await pass(10_000);
      expect(network.path).toEqual(healthy);
    }));
});

describe('faults that stand from the start', () => {
  it('end when their time is over, and the modem goes on from there', () =>
    onRig([{ kind: 'cell.lost', forMs: 20_000 }], async ({ modem, injector, pass, over }) => {
      await pass(19_000);
      expect([modem.state.registration.packet, injector.unfired()]).toEqual(['searching', []]);
      await pass(60_000);
      expect(modem.state.registration.packet).toBe('home');
      expect(over()).toEqual([{ fault: 'cell.lost', bit: true }]);
    }));

  it('starve each reload for their time, and do not end with it', () =>
    onRig([{ kind: 'reload.starve', forMs: 1_000, probability: 1 }], async ({ injector, pass, over }) => {
      await pass(60_000);
      expect(over()).toEqual([]);
      expect(injector.unfired()).toMatchObject([{ fault: { kind: 'reload.starve' } }]);
    }));

  it.each([
    [{ kind: 'stall', forMs: 5_000 }],
    [{ kind: 'usb.disconnect', forMs: 20_000 }],
    [{ kind: 'sim.not-seated' }],
  ] as const)('bite, and are told: %j', (fault) =>
    onRig([fault], async ({ injector, pass, faults }) => {
      await pass(15_000);
      expect(faults().map(([, kind]) => kind)).toContain(fault.kind);
      expect(injector.unfired()).toEqual([]);
    }),
  );

  it.each([
    [{ kind: 'at.silent' }, 'no AT command came'],
    [{ kind: 'qmi.silent' }, 'no QMI message came'],
    [{ kind: 'echo.lost' }, 'no LCP echo came'],
    [{ kind: 'latency', ms: 500 }, 'no packet went to the internet'],
    [{ kind: 'loss', probability: 0.5 }, 'no packet was lost'],
  ] as const)('and met nothing while they held are said not to have bitten: %j', (condition, found) =>
    onRig([{ ...condition, forMs: 1_000 }], async ({ injector, pass, over }) => {
      await pass(60_000);
      expect(over()).toEqual([{ fault: condition.kind, bit: false, found }]);
      expect(injector.unfired()).toEqual([{ fault: { ...condition, forMs: 1_000 }, found }]);
    }),
  );
});

describe('planned faults', () => {
  const plan: Fault[] = [
    { kind: 'bearer.drop', when: { event: 'bearer.up', afterMs: 30_000, jitterMs: 5_000 } },
    { kind: 'sim.remove', when: { afterMs: 3_600_000 } },
  ];
  const dropAt = (seed: string): Promise<number> =>
    onRig(
      plan,
      async (scene) => {
        await online(scene);
        expect(scene.injector.unfired()).toEqual([
          { fault: plan[0], found: "its moment did not come: 30 s after the modem's first bearer.up" },
          { fault: plan[1], found: 'its moment did not come: 1 h after the start' },
        ]);
        await scene.pass(60_000);
        expect(scene.injector.unfired()).toMatchObject([{ fault: plan[1] }]);
        return scene.faults()[0]?.[0] ?? -1;
      },
      { seed },
    );

  it('come after their event with jitter of the seed, once, and what has not bitten is told', async () => {
    const [one, again, other] = [await dropAt('a'), await dropAt('a'), await dropAt('b')];
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    expect(one).toBeGreaterThan(40_000);
    expect(one).toBeLessThan(48_000);
  });

  it('one that has nothing to bite has not fired', () =>
    onRig([{ kind: 'bearer.drop', when: { afterMs: 5_000 } }], async ({ injector, pass }) => {
      await pass(60_000);
      expect(injector.unfired()).toMatchObject([
        { fault: { kind: 'bearer.drop' }, found: 'no data session is up' },
      ]);
    }));

  it('one that is cleared before its moment does not come, and is asked for no more', () =>
    onRig([{ kind: 'crash', when: { afterMs: 5_000 } }], async ({ modem, injector, pass }) => {
      expect(injector.clear('crash')).toBe(true);
      expect(injector.clear('crash')).toBe(false);
      await pass(60_000);
      expect([modem.state.resets, injector.unfired()]).toEqual([0, []]);
    }));

  it('nothing comes any more once it is closed', () =>
    onRig([{ kind: 'crash', when: { afterMs: 5_000 } }], async ({ modem, injector, pass }) => {
      injector.close();
      await pass(60_000);
      expect(modem.state.resets).toBe(0);
    }));
});
