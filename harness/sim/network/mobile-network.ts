import type { Rng } from '../../core/chance.ts';
import type { Cancel, Clock } from '../../core/clock.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { Ms } from '../../core/units.ts';
import { addressAt } from '../../protocols/ip/address.ts';
import { faultOf, type Fault } from '../faults.ts';
import { createInternet, type Internet, type PathQuality } from './internet.ts';
import type { MobileNetwork, RegistrationAnswer, Session, SmCause, Subscription } from './network.ts';
import { tMobileUs, type Operator } from './operators.ts';

export interface NetworkOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly subscription: Subscription;
  readonly faults?: readonly Fault[];
  /** T-Mobile US by default. */
  readonly operator?: Operator;
  readonly path?: PathQuality;
}

/** TS 24.008 10.5.6.6. */
export const smCause = { unknownApn: 27, notSubscribed: 33, regularDeactivation: 36 } as const;

/** Attach of a modem that finds its cell at once, and a default bearer's set-up. */
const REGISTRATION_MS = [1_000, 3_000] as const;
const ACTIVATION_MS = [300, 1_200] as const;

/** The operator, its access points and the servers behind them. */
export function createNetwork(options: NetworkOptions): MobileNetwork {
  const { clock, timeline } = options;
  const faults = options.faults ?? [];
  const operator = options.operator ?? tMobileUs;
  const rng = options.rng.fork('network');
  const internet = createInternet(clock, rng.fork('path'), options.path);
  const searching = faultOf(faults, 'registration.searching');
  const denied = faultOf(faults, 'registration.denied');
  const drops = faultOf(faults, 'bearer.drops');

  const register = (): RegistrationAnswer => {
    if (searching) {
      timeline.add('fault', searching.kind);
      return { state: 'searching' };
    }
    const afterMs = rng.integer(...REGISTRATION_MS);
    if (!denied) return { state: 'home', afterMs };
    timeline.add('fault', denied.kind, { emmCause: denied.emmCause });
    return { state: 'denied', afterMs, emmCause: denied.emmCause };
  };

  const grant = (): Session => {
    let cancelDrop: Cancel = () => undefined;
    const session = createSession(rng, internet, operator.dns, () => cancelDrop());
    if (drops) {
      cancelDrop = clock.after(exponential(rng, drops.meanMs), () => {
        timeline.add('fault', drops.kind, { address: session.ipv4?.address });
        session.end(smCause.regularDeactivation);
      });
    }
    return session;
  };

  return {
    cell: searching ? undefined : operator.cell,
    register,
    activate: ({ apn }, done) => {
      const refused = refusal(apn, options.subscription, operator);
      clock.after(rng.integer(...ACTIVATION_MS), () => done(refused === undefined ? grant() : { refused }));
    },
  };
}

/** Packets that wait for a slow modem; what comes on top is dropped. */
const MAX_WAITING = 512;

/** An empty name asks for the subscription's default (TS 23.060 annex A). Names are case-insensitive (TS 23.003 9.1). */
function refusal(apn: string, subscription: Subscription, operator: Operator): SmCause | undefined {
  const wanted = apn.toLowerCase();
  const among = (names: readonly string[]): boolean => names.some((name) => name.toLowerCase() === wanted);
  if (among(subscription.apns)) return undefined;
  if (wanted === '' && subscription.apns.length > 0) return undefined;
  return among(operator.apns) ? smCause.notSubscribed : smCause.unknownApn;
}

function exponential(rng: Rng, mean: Ms): Ms {
  return -mean * Math.log(1 - rng.next());
}

/** A session that its network can end. */
interface NetworkSession extends Session {
  end(cause: SmCause): void;
}

function createSession(
  rng: Rng,
  internet: Internet,
  dns: readonly [string, string],
  onRelease: () => void,
): NetworkSession {
  const host = rng.integer(2, 126) * 2;
  const octets = Uint8Array.of(10, rng.integer(64, 191), rng.integer(0, 255), host);
  const address = addressAt(octets, 0);
  let live = true;
  const queue: Uint8Array[] = [];
  let onReadable: (() => void) | undefined;
  const onReleased: ((cause: SmCause) => void)[] = [];
  const deliver = (packet: Uint8Array): void => {
    // Only what is meant for this address, and only while it is this modem's.
    if (!live || addressAt(packet, 16) !== address || queue.length === MAX_WAITING) return;
    queue.push(packet);
    if (queue.length === 1) onReadable?.();
  };
  return {
    type: 'IP',
    ipv4: {
      address,
      gateway: addressAt(Uint8Array.of(...octets.subarray(0, 3), host + 1), 0),
      prefixLength: 30,
      dns,
    },
    ipv6: undefined,
    mtu: 1_500,
    send: (packet) => {
      if (live) internet.carry(packet, deliver);
    },
    receive: () => queue.shift(),
    onReadable: (f) => {
      onReadable = f;
    },
    onReleased: (f) => {
      onReleased.push(f);
    },
    release: () => {
      live = false;
      onRelease();
    },
    end: (cause) => {
      if (!live) return;
      live = false;
      for (const tell of onReleased) tell(cause);
    },
  };
}
