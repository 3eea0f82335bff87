import type { Clock } from '../../../../../core/clock.ts';
import type { QmiClient } from '../client.ts';
import type { IpFamily } from '../data-path.ts';
import type { QmiNews } from '../handler.ts';
import type { DataCalls } from './calls.ts';

/** What the handlers of WDS share. */
export interface WdsFace {
  readonly clock: Clock;
  readonly calls: DataCalls;
  readonly tell: (news: QmiNews) => void;
  readonly settings: WdsSettings;
  /** Clients that want event reports. */
  readonly reporters: Set<QmiClient>;
}

/** What hosts set for the whole service. */
export interface WdsSettings {
  defaultProfile: number;
  attachList: readonly number[];
}

const FAMILY = 'family';

/** The family that a client's questions are about: its call's, or the one that it has chosen, or IPv4. */
export function familyOf({ calls }: WdsFace, client: QmiClient): IpFamily {
  return calls.heldBy(client) ?? chosenFamily(client) ?? 4;
}

export function chosenFamily(client: QmiClient): IpFamily | undefined {
  return client.held.get(FAMILY) as IpFamily | undefined;
}

/** Undefined: as at first. */
export function chooseFamily(client: QmiClient, family: IpFamily | undefined): void {
  if (family === undefined) client.held.delete(FAMILY);
  else client.held.set(FAMILY, family);
}
