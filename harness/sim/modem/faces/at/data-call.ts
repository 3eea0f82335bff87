import type { Rng } from '../../../../core/chance.ts';
import type { Cancel, Clock } from '../../../../core/clock.ts';
import type { Timeline } from '../../../../core/timeline.ts';
import type { Ms } from '../../../../core/units.ts';
import { faultOf, type Fault } from '../../../faults.ts';
import type { ModemProfile } from '../../profile.ts';
import type { Runtime } from '../../runtime.ts';
import type { SerialPort } from '../../serial-port.ts';
import { createPppFace, type PppFace } from '../ppp.ts';
import type { DataCall } from './wire.ts';

export interface DataCallOptions {
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  /** Chance for the next call. */
  readonly callRng: () => Rng;
  readonly port: SerialPort;
  /** `echo.lost` is carried out here. */
  readonly faults: readonly Fault[];
  /** The call ended by itself: NO CARRIER. */
  readonly onEnded: () => void;
  /** `+++` between two silences: back in command state, with the call held. */
  readonly onEscaped: () => void;
}

export interface PortDataCall extends DataCall {
  receive(bytes: Uint8Array): void;
  /** The session of this context ended under the call. */
  contextEnded(cid: number): void;
}

/** S12 of V.250's ancestors: silence before and after `+++`. */
const GUARD_MS = 1_000;
const PLUS = 43;

/** The data call of one port: PPP between ATD and NO CARRIER. */
export function createDataCall(options: DataCallOptions): PortDataCall {
  return new Call(options);
}

class Call implements PortDataCall {
  readonly #options: DataCallOptions;
  #phase: DataCall['phase'] = 'none';
  #cid = 0;
  #ppp: PppFace | undefined;
  #pluses = 0;
  #lastByteAt: Ms = 0;
  #cancelGuard: Cancel = () => undefined;

  constructor(options: DataCallOptions) {
    this.#options = options;
  }

  get phase(): DataCall['phase'] {
    return this.#phase;
  }

  open(cid: number): void {
    const { clock, timeline, profile, runtime, callRng, port } = this.#options;
    this.#phase = 'data';
    this.#cid = cid;
    this.#lastByteAt = clock.now();
    port.onClear(() => this.#ppp?.resume());
    let mayEcho = (): boolean => true;
    this.#ppp = createPppFace({
      clock,
      rng: callRng(),
      timeline,
      authentication: profile.dial.authentication,
      localAddress: profile.dial.localAddress,
      echo: () => mayEcho(),
      // While the host is in command state, frames would stand among its replies.
      write: (bytes) => {
        if (this.#phase === 'data') port.send(bytes);
      },
      isClear: () => port.isClear(),
      activate: (done, shown) =>
        runtime.connect(
          cid,
          // A dial-up server that has said CONNECT waits for the network for as long as it takes.
          { waits: profile.dial.activatesAt === 'network-phase', shown },
          (answer) => {
            if (!('refused' in answer)) mayEcho = this.#echoPolicy();
            done(answer);
          },
        ),
      onEnd: () => this.#ended(),
    });
  }

  /** From now on the link is up: LCP echoes are answered until the fault bites. */
  #echoPolicy(): () => boolean {
    const { clock, timeline, faults } = this.#options;
    const upAt = clock.now();
    let recorded: Fault | undefined;
    return () => {
      const fault = faultOf(faults, 'echo.lost');
      const afterMs = fault?.afterMs ?? 0;
      if (!fault || clock.now() < upAt + afterMs) return true;
      if (recorded !== fault) timeline.add('fault', 'echo.lost', { afterMs });
      recorded = fault;
      return false;
    };
  }

  receive(bytes: Uint8Array): void {
    const now = this.#options.clock.now();
    const silent = now - this.#lastByteAt >= GUARD_MS;
    this.#lastByteAt = now;
    if (bytes.length <= 3 && bytes.every((byte) => byte === PLUS) && (silent || this.#pluses > 0)) {
      this.#takePluses(bytes.length);
      return;
    }
    this.#forgetEscape();
    this.#ppp?.receive(bytes);
  }

  #takePluses(count: number): void {
    this.#pluses += count;
    this.#cancelGuard();
    if (this.#pluses > 3) return this.#forgetEscape();
    if (this.#pluses < 3) return undefined;
    this.#cancelGuard = this.#options.clock.after(GUARD_MS, () => {
      this.#pluses = 0;
      this.#phase = 'escaped';
      this.#options.onEscaped();
    });
    return undefined;
  }

  #forgetEscape(): void {
    if (this.#pluses === 0) return;
    this.#pluses = 0;
    this.#cancelGuard();
  }

  resume(): void {
    if (this.#phase === 'escaped') this.#phase = 'data';
  }

  hangUp(): void {
    if (this.#phase === 'none') return;
    this.#phase = 'none';
    this.#forgetEscape();
    const ppp = this.#ppp;
    this.#ppp = undefined;
    ppp?.close();
    this.#options.runtime.disconnect(this.#cid);
  }

  contextEnded(cid: number): void {
    if (cid === this.#cid) this.#ppp?.networkReleased();
  }

  #ended(): void {
    this.hangUp();
    this.#options.onEnded();
  }
}
