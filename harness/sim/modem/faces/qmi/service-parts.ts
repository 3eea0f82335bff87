import type { Clock } from '../../../../core/clock.ts';
import type { QmiServiceName } from '../../../../protocols/qmi/services.ts';
import type { ModemProfile } from '../../profile.ts';
import type { Runtime } from '../../runtime.ts';
import type { SatelliteReceiver } from '../../satellites.ts';
import type { DataPath } from './data-path.ts';
import type { QmiNews } from './handler.ts';

/** What the services of one QMI face are made of. */
export interface QmiServiceParts {
  readonly clock: Clock;
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  readonly satellites: SatelliteReceiver;
  readonly dataPath: DataPath;
  /** Says something to the clients of a service, unasked. */
  readonly tell: (service: QmiServiceName, news: QmiNews) => void;
}
