import type { Clock } from '../../../../../core/clock.ts';
import type { ModemProfile } from '../../../profile.ts';
import type { QmiClient } from '../client.ts';
import type { CallPlace, DataPath, IpFamily } from '../data-path.ts';
import type { QmiNews } from '../handler.ts';
import type { DataCalls } from './calls.ts';

/** What the handlers of WDS share. */
export interface WdsFace {
  readonly clock: Clock;
  readonly profile: ModemProfile;
  readonly calls: DataCalls;
  readonly dataPath: DataPath;
  readonly tell: (news: QmiNews) => void;
  /** Clients that want event reports. */
  readonly reporters: Set<QmiClient>;
}

const FAMILY = 'family';
const MUX_ID = 'muxId';

/** The place that a client's questions are about: its call's, or what it has chosen, or IPv4. */
export function placeOf(face: WdsFace, client: QmiClient): CallPlace {
  return face.calls.heldBy(client) ?? { channel: channelOf(face, client), family: chosenFamily(client) ?? 4 };
}

export function isIn(place: CallPlace, { channel, family }: CallPlace): boolean {
  return place.channel === channel && place.family === family;
}

export function channelOf({ dataPath }: WdsFace, client: QmiClient): number {
  return dataPath.channelOf(client.held.get(MUX_ID) as number | undefined);
}

/** Undefined: the channel's default. */
export function bindTo(client: QmiClient, muxId: number | undefined): void {
  client.held.set(MUX_ID, muxId);
}

export function chosenFamily(client: QmiClient): IpFamily | undefined {
  return client.held.get(FAMILY) as IpFamily | undefined;
}

/** Undefined: as at first. */
export function chooseFamily(client: QmiClient, family: IpFamily | undefined): void {
  if (family === undefined) client.held.delete(FAMILY);
  else client.held.set(FAMILY, family);
}
