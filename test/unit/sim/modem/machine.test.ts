import { describe, expect, it } from '@jest/globals';

import { createRng, type Rng } from '../../../../harness/core/chance.ts';
import { step } from '../../../../harness/sim/modem/machine.ts';
import { mc7455 } from '../../../../harness/sim/modem/profiles/mc7455.ts';
import {
  createModemState,
  isAttached,
  isRadioOn,
  type ModemState,
} from '../../../../harness/sim/modem/state.ts';
import { timerNames, type Effect, type Input } from '../../../../harness/sim/modem/turn.ts';
import type { RegistrationAnswer } from '../../../../harness/sim/network/network.ts';
import { cell } from './bench.ts';

const card = { iccid: '8901', imsi: '310260000000001', pin: '1234', puk: '87654321' };

function fresh(): ModemState {
  return createModemState({
    traits: mc7455.traits,
    composition: 0x10d,
    contexts: mc7455.contexts,
    lteBands: mc7455.lteBands,
    environment: { temperatureC: 42, millivolts: 3_300, sagMillivolts: 0 },
  });
}

function run(state: ModemState, ...inputs: Input[]): { state: ModemState; effects: Effect[] } {
  const effects: Effect[] = [];
  for (const input of inputs) {
    const next = step(state, input, 0);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

/** Inputs that bring a fresh modem on to the network. */
function registered(): ModemState {
  const { state } = run(
    fresh(),
    { kind: 'simInserted', card: { iccid: '8901', imsi: card.imsi } },
    { kind: 'powerOn' },
    { kind: 'timer', name: 'boot' },
    { kind: 'timer', name: 'sim' },
    { kind: 'scanned', attempt: 1, cell },
    { kind: 'registrationAnswer', attempt: 2, answer: { state: 'home', afterMs: 0 } },
  );
  expect(isAttached(state)).toBe(true);
  return state;
}

describe('the machine', () => {
  it('leaves the state that it was given as it was', () => {
    const before = registered();
    const copy = structuredClone(before);
    run(
      before,
      { kind: 'activateContext', cid: 1 },
      { kind: 'setFunctionality', level: 0 },
      { kind: 'powerOff' },
    );
    expect(before).toEqual(copy);
  });

  it('drops answers to questions that it gave up', () => {
    const asked = run(registered(), { kind: 'activateContext', cid: 1 });
    const { attempt } = asked.state.bearers[0] as { attempt: number };
    const again = run(
      asked.state,
      { kind: 'deactivateContext', cid: 1 },
      { kind: 'activateContext', cid: 1 },
    );
    const late = run(again.state, {
      kind: 'sessionGranted',
      cid: 1,
      attempt,
      address: '10.0.0.1',
      address6: undefined,
    });
    expect(late.state.bearers[0]?.phase).toBe('activating');
    const stale = run(late.state, { kind: 'sessionRefused', cid: 1, attempt, cause: 27 });
    expect(stale.state.bearers).toHaveLength(1);
  });

  it('holds an activation that waits, and starts it with the attach', () => {
    const { state } = run(
      fresh(),
      { kind: 'powerOn' },
      { kind: 'timer', name: 'boot' },
      { kind: 'activateContext', cid: 1, waits: true },
    );
    expect(state.bearers[0]?.phase).toBe('waiting');
    const impatient = run(state, { kind: 'deactivateContext', cid: 1 }, { kind: 'activateContext', cid: 1 });
    expect(impatient.state.lastEnd).toEqual({ cid: 1, cause: 'no-service' });
  });

  it('asks again after a denial that is not for good, and not after one that is', () => {
    const deny = (emmCause: number): Effect[] => {
      const detached = run(registered(), { kind: 'selectNetwork', selection: 'none' });
      const searching = run(detached.state, { kind: 'selectNetwork', selection: 'automatic' });
      const scan = searching.effects.find((effect) => effect.kind === 'scan') as { attempt: number };
      const asking = run(searching.state, { kind: 'scanned', attempt: scan.attempt, cell });
      const { attempt } = asking.state.registration;
      return run(asking.state, {
        kind: 'registrationAnswer',
        attempt,
        answer: { state: 'denied', afterMs: 0, emmCause },
      }).effects;
    };
    expect(deny(15)).toContainEqual({ kind: 'arm', name: 'rescan', afterMs: 720_000 });
    expect(deny(8).some((effect) => effect.kind === 'arm')).toBe(false);
  });
});

/** What brings a modem forward; without a good share of it no swarm would ever get online. */
function helpfulInput(rng: Rng, state: ModemState): Input {
  const { attempt } = state.registration;
  const answer: RegistrationAnswer = rng.chance(0.9)
    ? { state: 'home', afterMs: 0 }
    : { state: 'denied', afterMs: 0, emmCause: 15 };
  const steps: readonly Input[] = [
    { kind: 'powerOn' },
    { kind: 'timer', name: 'boot' },
    { kind: 'timer', name: 'sim' },
    { kind: 'enterPin', pin: '1234' },
    { kind: 'setFunctionality', level: 1 },
    { kind: 'scanned', attempt, cell },
    { kind: 'registrationAnswer', attempt, answer },
    { kind: 'activateContext', cid: 1 },
    {
      kind: 'sessionGranted',
      cid: 1,
      attempt: state.bearers[0]?.attempt ?? 0,
      address: '10.0.0.1',
      address6: undefined,
    },
  ];
  return steps[rng.integer(0, steps.length - 1)] as Input;
}

/** Anything at all that can happen, the answers now and then to the right question. */
function anyInput(rng: Rng, state: ModemState): Input {
  if (rng.chance(0.8)) return helpfulInput(rng, state);
  const pick = <T>(items: readonly T[]): T => items[rng.integer(0, items.length - 1)] as T;
  const cid = rng.integer(1, 3);
  const bearer = state.bearers.find((candidate) => candidate.cid === cid);
  const attempt = rng.chance(0.8) ? (bearer?.attempt ?? 0) : rng.integer(0, 20);
  const search = rng.chance(0.8) ? state.registration.attempt : rng.integer(0, 20);
  const on = rng.chance(0.5);
  return pick<Input>([
    { kind: rng.chance(0.7) ? 'powerOn' : 'powerOff' },
    { kind: 'reset', into: rng.chance(0.8) ? 'on' : 'boot-hold' },
    { kind: 'shutDown' },
    { kind: 'simInserted', card: on ? card : { iccid: '8902', imsi: '310260000000002', dataOnly: true } },
    { kind: 'simRemoved' },
    { kind: 'enterPin', pin: pick(['1234', '0000']) },
    { kind: 'enterPuk', puk: pick(['87654321', '1']), newPin: '1234' },
    { kind: 'setPinLock', enabled: on, pin: pick(['1234', '0000']) },
    { kind: 'changePin', pin: '1234', newPin: pick(['1234', 'x']) },
    { kind: 'setFunctionality', level: pick([0, 1, 1, 4] as const) },
    { kind: 'authenticateFcc' },
    { kind: 'setWDisablePin', asserted: rng.chance(0.2) },
    { kind: 'ignoreWDisable', ignore: on },
    { kind: 'setRadioAccess', access: pick(['automatic', 'automatic', 'umts'] as const) },
    { kind: 'setLteBands', bands: pick([mc7455.lteBands, 2n]) },
    { kind: 'environment', environment: { temperatureC: pick([42, 42, 130]) } },
    on ? { kind: 'selectNetwork', selection: 'automatic' } : { kind: 'selectNetwork', selection: 'none' },
    { kind: 'selectNetwork', selection: 'manual', plmn: pick(['310260', '26201']) },
    { kind: on ? 'attach' : 'detach' },
    { kind: 'scanned', attempt: search, cell: rng.chance(0.8) ? cell : undefined },
    { kind: 'cellLost' },
    {
      kind: 'registrationAnswer',
      attempt: search,
      answer: pick([
        { state: 'home', afterMs: 0 },
        { state: 'roaming', afterMs: 0 },
        { state: 'denied', afterMs: 0, emmCause: pick([8, 15]) },
        { state: 'searching' },
      ] as const),
    },
    { kind: 'defineContext', context: { cid, type: 'IP', apn: 'internet' } },
    { kind: 'undefineContext', cid },
    { kind: 'activateContext', cid, waits: on },
    { kind: 'deactivateContext', cid },
    { kind: 'sessionGranted', cid, attempt, address: '10.0.0.1', address6: undefined },
    { kind: pick(['sessionRefused', 'sessionReleased'] as const), cid, attempt, cause: 27 },
    { kind: 'setComposition', composition: pick([0x10d, 0x100d, 0x110d, 0]) },
    { kind: 'timer', name: pick(timerNames) },
    { kind: 'timer', name: pick(['boot', 'sim'] as const) },
  ]);
}

/** What must hold after every step. */
function violations(state: ModemState): string[] {
  const found: string[] = [];
  const hold = (what: string, truth: boolean): void => void (truth || found.push(what));
  const { registration, sim, power, bearers } = state;
  const engaged = (status: string): boolean =>
    status === 'home' || status === 'roaming' || status === 'denied';
  const up = bearers.filter(({ phase }) => phase !== 'waiting');
  hold('a bearer only while attached', up.length === 0 || isAttached(state));
  hold(
    'an address only on an active bearer',
    bearers.every((b) => (b.address !== undefined) === (b.phase === 'active')),
  );
  hold(
    'a bearer only for a context',
    bearers.every((b) => state.contexts.some(({ cid }) => cid === b.cid)),
  );
  hold('one bearer a context', new Set(bearers.map(({ cid }) => cid)).size === bearers.length);
  hold(
    'a waiting bearer only while detached',
    !isAttached(state) || bearers.every((b) => b.phase !== 'waiting'),
  );
  hold('no bearer without firmware', power.phase === 'on' || bearers.length === 0);
  const anyStatus = registration.circuit !== 'idle' || registration.packet !== 'idle';
  hold('no registration with the radio off', isRadioOn(state) || !anyStatus);
  hold('no registration without a card that is ready', sim.state === 'ready' || !anyStatus);
  hold(
    'registered means a cell or none asked for',
    !engaged(registration.packet) || registration.phase !== 'off',
  );
  hold('attached only when registered', !isAttached(state) || registration.phase === 'registered');
  hold('off means no cell', registration.phase !== 'off' || registration.cell === undefined);
  hold('an empty slot is absent', sim.card !== undefined || sim.state === 'absent');
  hold('tries stay within bounds', !sim.card || (sim.card.pinTries >= 0 && sim.card.pukTries >= 0));
  hold('a blocked PIN is not ready', !sim.card || sim.card.pinTries > 0 || sim.state !== 'ready');
  hold('a composition that the firmware takes', [0x10d, 0x100d].includes(state.composition.pending));
  return found;
}

/** Effects must balance: what is enumerated vanishes, what is activated is given back. */
function createLedger() {
  let onUsb = false;
  const sessions = new Set<number>();
  return (effects: readonly Effect[], state: ModemState): string[] => {
    const found: string[] = [];
    for (const effect of effects) {
      if (effect.kind === 'enumerate') {
        if (onUsb) found.push('enumerated twice');
        onUsb = true;
      } else if (effect.kind === 'vanish') {
        if (!onUsb) found.push('vanished twice');
        onUsb = false;
      } else if (effect.kind === 'activate') sessions.add(effect.attempt);
      else if (effect.kind === 'deactivate' && !sessions.delete(effect.attempt))
        found.push('gave back what it had not');
    }
    const live = state.bearers.filter(({ phase }) => phase !== 'waiting').map(({ attempt }) => attempt);
    if (live.length !== sessions.size || live.some((attempt) => !sessions.has(attempt)))
      found.push('lost a session');
    if (onUsb !== (state.power.phase === 'on' || state.power.phase === 'boot-hold'))
      found.push('USB and power differ');
    return found;
  };
}

describe('a swarm of inputs', () => {
  it.each(Array.from({ length: 60 }, (_, i) => `swarm-${i}`))('%s breaks no invariant', (seed) => {
    const rng = createRng(seed);
    const ledger = createLedger();
    let state = fresh();
    const path: string[] = [];
    let broken: string[] = [];
    for (let i = 0; i < 600 && broken.length === 0; i++) {
      const input = anyInput(rng, state);
      path.push(input.kind);
      const next = step(state, input, i);
      state = next.state;
      broken = [...violations(state), ...ledger(next.effects, state)];
    }
    expect(broken.map((what) => `${what}, after ${path.slice(-6).join(' ')}`)).toEqual([]);
  });

  it('reaches what it is meant to reach', () => {
    const reached = new Set<string>();
    for (let s = 0; s < 60; s++) {
      const rng = createRng(`swarm-${s}`);
      let state = fresh();
      for (let i = 0; i < 600; i++) {
        state = step(state, anyInput(rng, state), i).state;
        reached.add(state.power.phase).add(state.sim.state).add(state.registration.phase);
        for (const { phase } of state.bearers) reached.add(phase);
      }
    }
    const wanted =
      'off booting on boot-hold shut-down absent busy pin puk ready failed scanning waiting camped asking';
    const all = [...wanted.split(' '), 'registered', 'denied', 'activating', 'active'];
    expect(all.filter((name) => !reached.has(name))).toEqual([]);
  });
});
