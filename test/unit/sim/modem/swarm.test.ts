import { describe, expect, it } from '@jest/globals';

import { createRng, type Rng } from '../../../../harness/core/chance.ts';
import type { Clock } from '../../../../harness/core/clock.ts';
import { Timeline } from '../../../../harness/core/timeline.ts';
import type { Fault } from '../../../../harness/sim/faults.ts';
import { createInjector } from '../../../../harness/sim/inject.ts';
import { createModem, type EmulatedModem } from '../../../../harness/sim/modem/modem.ts';
import { functionsOf } from '../../../../harness/sim/modem/profile.ts';
import { profiles } from '../../../../harness/sim/modem/profiles/index.ts';
import { isAttached, type ModemState } from '../../../../harness/sim/modem/state.ts';
import type { Input } from '../../../../harness/sim/modem/turn.ts';
import { createNetwork } from '../../../../harness/sim/network/mobile-network.ts';
import type { MobileNetwork } from '../../../../harness/sim/network/network.ts';

/** WWANLAB_SWARM=1000: so many more. */
const SCHEDULES = 2_000 + Number(process.env['WWANLAB_SWARM'] ?? 0);
const STEPS = 25;

/** Time that passes only by `advance`, all in one call: the machine needs no turns of the event loop. */
class SteppedClock implements Pick<Clock, 'virtual' | 'now' | 'wall' | 'after'> {
  readonly virtual = true;
  #now = 0;
  #order = 0;
  timers: { at: number; order: number; fire: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  wall(): Date {
    return new Date(this.#now);
  }

  after(delay: number, fire: () => void): () => void {
    const timer = { at: this.#now + delay, order: this.#order++, fire };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  advance(ms: number, look: () => void): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.timers
        .filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!due) break;
      this.timers.splice(this.timers.indexOf(due), 1);
      this.#now = due.at;
      due.fire();
      look();
    }
    this.#now = end;
  }
}

/** Counts the sessions that the modem holds. */
function counted(network: MobileNetwork): MobileNetwork & { readonly held: Set<object> } {
  const held = new Set<object>();
  return {
    held,
    get cell() {
      return network.cell;
    },
    register: (imsi) => network.register(imsi),
    texts: network.texts,
    activate: (request, done) =>
      network.activate(request, (answer) => {
        if ('refused' in answer) return done(answer);
        held.add(answer);
        answer.onReleased(() => held.delete(answer));
        const release = answer.release.bind(answer);
        answer.release = () => {
          held.delete(answer);
          release();
        };
        return done(answer);
      }),
  };
}

const pick = <T>(rng: Rng, items: readonly T[]): T => items[rng.integer(0, items.length - 1)] as T;

function randomInput(rng: Rng): Input {
  const cid = pick(rng, [1, 1, 2, 100]);
  return pick<() => Input>(rng, [
    () => ({ kind: 'powerOn' }),
    () => ({ kind: 'powerOn' }),
    () => ({ kind: 'powerOff' }),
    () => ({ kind: 'reset' }),
    () => ({ kind: 'reset', into: 'boot-hold' }),
    () => ({ kind: 'shutDown' }),
    () => ({ kind: 'crash' }),
    () => ({ kind: 'enterPin', pin: pick(rng, ['0000', '1111']) }),
    () => ({ kind: 'setPinLock', enabled: rng.chance(0.5), pin: '0000' }),
    () => ({ kind: 'simPower', on: rng.chance(0.5) }),
    () => ({ kind: 'provision', active: rng.chance(0.5) }),
    () => ({ kind: 'setFunctionality', level: pick(rng, [0, 1, 1, 4, 7]), persists: rng.chance(0.2) }),
    () => ({ kind: 'authenticateFcc' }),
    () => ({ kind: 'setWDisablePin', asserted: rng.chance(0.3) }),
    () => ({ kind: 'setRadioAccess', access: pick(rng, ['automatic', 'umts', 'lte']) }),
    () => ({ kind: 'environment', environment: { temperatureC: pick(rng, [42, 42, 120]) } }),
    () => ({ kind: 'selectNetwork', selection: pick(rng, ['automatic', 'none']) }),
    () => ({ kind: pick(rng, ['attach', 'detach']) }),
    () => ({
      kind: 'defineContext',
      context: { cid, type: 'IPV4V6', apn: pick(rng, ['internet', 'none', '']) },
    }),
    () => ({ kind: 'undefineContext', cid }),
    () => ({ kind: 'activateContext', cid, waits: rng.chance(0.5) }),
    () => ({ kind: 'activateContext', cid, waits: rng.chance(0.5) }),
    () => ({ kind: 'deactivateContext', cid }),
    () => ({ kind: 'setComposition', composition: pick(rng, [0, 1, 2, 3, 0x10d, 0x50d, 0x100d, 0x1000]) }),
    () => ({ kind: 'setComposition', composition: 0x10d, type: pick(rng, [1, 3]) }),
    // Answers to questions that nobody has asked.
    () => ({ kind: 'registrationAnswer', attempt: rng.integer(0, 5), answer: { state: 'home', afterMs: 0 } }),
    () => ({ kind: 'scanned', attempt: rng.integer(0, 5), cell: undefined }),
    () => ({ kind: 'sessionReleased', cid, attempt: rng.integer(0, 5), cause: 36 }),
    () => ({ kind: 'timer', name: pick(rng, ['boot', 'restart', 'shutdown', 'sim', 'phonebook', 'rescan']) }),
  ])();
}

function randomFault(rng: Rng): Fault {
  const forMs = pick(rng, [100, 5_000, 60_000]);
  return pick<Fault>(rng, [
    { kind: 'sim.remove' },
    { kind: 'sim.insert' },
    { kind: 'cell.lost', forMs },
    { kind: 'registration.deny', emmCause: pick(rng, [3, 15]), forMs },
    { kind: 'bearer.drop', cause: 38 },
    { kind: 'bearer.drop', meanMs: 20_000 },
    { kind: 'usb.disconnect', forMs },
    { kind: 'brownout', forMs },
    { kind: 'crash' },
    { kind: 'crash', into: 'boot-loader' },
    { kind: 'stall', forMs },
    { kind: 'at.silent', forMs },
    { kind: 'latency', ms: 200, forMs },
    { kind: 'bearer.drop', when: { afterMs: forMs, event: 'bearer.up', jitterMs: 1_000 } },
  ]);
}

/** What must hold at any moment; the first thing that does not, as a sentence. */
function broken(modem: EmulatedModem, before: ModemState, now: number, held: number): string | undefined {
  const { state, usb, profile } = modem;
  const { phase } = state.power;
  const up = state.bearers.filter((bearer) => bearer.phase !== 'waiting');
  const active = state.bearers.filter((bearer) => bearer.phase === 'active');
  if (up.length > 0 && !isAttached(state)) return 'a bearer without attachment';
  if (held !== active.length) return `${held} sessions for ${active.length} bearers`;
  if (phase !== 'on' && state.registration.phase !== 'off')
    return `registration ${state.registration.phase} while ${phase}`;
  if (phase !== 'on' && state.bearers.length > 0) return `bearers while ${phase}`;
  if (isAttached(state) && state.sim.state !== 'ready')
    return `attached with a card that is ${state.sim.state}`;
  if (state.composition.present !== before.composition.present && state.bootedAt !== now) {
    return 'the composition changed without a start';
  }
  if (usb && phase !== 'on' && phase !== 'boot-hold') return `on USB while ${phase}`;
  if (usb && (phase === 'boot-hold') !== (usb.bcdDevice === profile.usb.bootLoader.bcdDevice)) {
    return `${usb.productId} ${usb.bcdDevice} while ${phase}`;
  }
  const { present, presentType } = state.composition;
  const shown = usb?.interfaces.map(({ number }) => number).join();
  const due = functionsOf(profile.usb, present, presentType).map(({ number }) => number);
  if (usb && phase === 'on' && shown !== due.join()) return `interfaces ${shown} for composition ${present}`;
  return undefined;
}

interface Outcome {
  readonly problem: string | undefined;
  readonly events: string;
}

function run(seed: number): Outcome {
  const rng = createRng(`swarm/${seed}`);
  const clock = new SteppedClock();
  const full = clock as unknown as Clock;
  const events: string[] = [];
  const timeline = new Timeline({ clock: full, redact: (text) => text, write: () => undefined });
  timeline.watch(({ at, kind }) => events.push(`${at} ${kind}`));
  const injector = createInjector({ clock: full, rng, timeline });
  const parts = { clock: full, rng, timeline, faults: injector.inForce };
  const network = counted(createNetwork({ ...parts, subscription: { apns: ['internet'] } }));
  const profile = pick(rng, profiles);
  const modem = createModem({ ...parts, profile, network, booted: rng.chance(0.5) });
  injector.start(modem, {});
  let problem: string | undefined;
  let before = modem.state;
  const look = (): void => {
    problem ??= broken(modem, before, clock.now(), network.held.size);
    before = modem.state;
  };
  for (let i = 0; i < STEPS && !problem; i++) {
    if (rng.chance(0.25)) injector.inject(randomFault(rng));
    else modem.input(randomInput(rng));
    look();
    clock.advance(pick(rng, [0, 0, 50, 500, 3_000, 15_000, 60_000]), look);
  }
  injector.close();
  modem.power(false);
  // Answers of the network that are under way come back to a modem that is off.
  clock.advance(10_000, look);
  if (clock.timers.length > 0) problem ??= `${clock.timers.length} timers left after the power went`;
  if (modem.state.power.phase !== 'off' || modem.usb) problem ??= 'not off after the power went';
  return { problem, events: events.join('\n') };
}

describe('a swarm of random schedules', () => {
  it(`keeps every invariant in ${SCHEDULES} schedules of inputs and faults`, () => {
    const problems: string[] = [];
    const seen = new Set<string>();
    for (let seed = 0; seed < SCHEDULES && problems.length < 5; seed++) {
      const { problem, events } = run(seed);
      if (problem) problems.push(`seed ${seed}: ${problem}`);
      for (const line of events.split('\n')) seen.add(line.split(' ')[1] ?? '');
    }
    expect(problems).toEqual([]);
    // It got somewhere: otherwise nothing was tried.
    expect([...seen]).toEqual(
      expect.arrayContaining(['bearer.up', 'bearer.down', 'usb.detached', 'brownout', 'stall', 'crash']),
    );
  });

  it('gives the same events for the same seed', () => {
    for (const seed of [1, 2, 3]) expect(run(seed).events).toBe(run(seed).events);
  });
});
