import type { Rng } from '../../core/chance.ts';
import type { Cancel, Clock } from '../../core/clock.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { Ms } from '../../core/units.ts';
import { faultOf, type Fault } from '../faults.ts';
import { judgeRequest, smCause, type Verdict } from './access-point.ts';
import { createInternet } from './internet/internet.ts';
import { healthyPath, type Path, type PathQuality } from './internet/path.ts';
import type { MobileNetwork, RegistrationAnswer, Session, Subscription } from './network.ts';
import { tMobileUs, type Operator } from './operators.ts';
import { createSession } from './session.ts';
import { createTextCentre } from './text-centre.ts';

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

/** Attach of a modem that finds its cell at once, and a default bearer's set-up. */
const REGISTRATION_MS = [1_000, 3_000] as const;
const ACTIVATION_MS = [300, 1_200] as const;

/** A mobile network whose path can be disturbed. */
export interface SimulatedNetwork extends MobileNetwork {
  /** To the servers. A new value counts for every packet from now on. */
  path: PathQuality;
  /** Called with each packet that takes it. */
  onPacket: ((lost: boolean) => void) | undefined;
}

/** The operator, its access points and the servers behind them. */
export function createNetwork(options: NetworkOptions): SimulatedNetwork {
  const { clock, timeline } = options;
  const faults = options.faults ?? [];
  const operator = options.operator ?? tMobileUs;
  const rng = options.rng.fork('network');
  const path: Path = { quality: options.path ?? healthyPath };
  const internet = createInternet(clock, rng.fork('path'), path);

  const grant = ({ type, cause, accessPoint }: Exclude<Verdict, { refused: number }>): Session => {
    let cancelDrop: Cancel = () => undefined;
    const session = createSession({
      rng,
      internet,
      type,
      cause,
      accessPoint,
      dns: operator.dns,
      dns6: operator.dns6 ?? tMobileUs.dns6 ?? [],
      onRelease: () => cancelDrop(),
    });
    const drops = faultOf(faults, 'bearer.drop');
    if (drops?.meanMs !== undefined) {
      cancelDrop = clock.after(exponential(rng, drops.meanMs), () => {
        timeline.add('fault', drops.kind, { address: session.ipv4?.address ?? session.ipv6?.address });
        session.end(drops.cause ?? smCause.regularDeactivation);
      });
    }
    return session;
  };

  return {
    get cell() {
      return faultOf(faults, 'cell.lost') ? undefined : operator.cell;
    },
    register: () => answerRegistration(options, rng),
    texts: createTextCentre(clock, rng.fork('texts')),
    activate: (request, done) => {
      const verdict = judgeRequest(request, options.subscription, operator);
      clock.after(rng.integer(...ACTIVATION_MS), () => done('refused' in verdict ? verdict : grant(verdict)));
    },
    get path() {
      return path.quality;
    },
    set path(quality: PathQuality) {
      path.quality = quality;
    },
    get onPacket() {
      return path.onPacket;
    },
    set onPacket(f) {
      path.onPacket = f;
    },
  };
}

function answerRegistration({ faults = [], timeline }: NetworkOptions, rng: Rng): RegistrationAnswer {
  if (faultOf(faults, 'cell.lost')) {
    timeline.add('fault', 'cell.lost');
    return { state: 'searching' };
  }
  const afterMs = rng.integer(...REGISTRATION_MS);
  const denied = faultOf(faults, 'registration.deny');
  if (!denied) return { state: 'home', afterMs };
  timeline.add('fault', denied.kind, { emmCause: denied.emmCause });
  return { state: 'denied', afterMs, emmCause: denied.emmCause };
}

function exponential(rng: Rng, mean: Ms): Ms {
  return -mean * Math.log(1 - rng.next());
}
