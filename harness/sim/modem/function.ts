import type { Rng } from '../../core/chance.ts';
import type { Clock } from '../../core/clock.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { Fault } from '../faults.ts';
import type { ControlPort, ModemPort, NetworkPort } from './port.ts';
import type { ModemProfile } from './profile.ts';
import type { Runtime } from './runtime.ts';
import type { SatelliteReceiver } from './satellites.ts';
import type { Indication } from './turn.ts';

/** What a function of the modem works with: the one machine, its receiver, and nothing of the other functions. */
export interface FunctionOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  readonly satellites: SatelliteReceiver;
  readonly faults: readonly Fault[];
}

/** One function at work, from enumeration until the modem leaves USB: a face on the machine, and its ports. */
export interface ModemFunction {
  readonly serial?: ModemPort;
  readonly control?: ControlPort;
  readonly network?: NetworkPort;
  indicate(what: Indication): void;
  /** The device leaves USB: no word gets out any more. */
  vanish(): void;
}
