import type { Cancel } from '../../../../../core/clock.ts';
import type { TlvValues } from '../../../../../protocols/qmi/declare.ts';
import {
  wdsEventReport,
  wdsIndicationRegister,
  wdsSetEventReport,
} from '../../../../../protocols/qmi/wds.ts';
import { wdsExtendedIpConfig } from '../../../../../protocols/qmi/wds-settings.ts';
import { wdsProfileChanged } from '../../../../../protocols/qmi/wds-profile.ts';
import type { QmiClient } from '../client.ts';
import { handle, news, type QmiHandler } from '../handler.ts';
import { channelRates, dormancyStatus, lteBearer, lteTechnology, statistics } from './bearer.ts';
import type { DataCall } from './data-call.ts';
import { isIn, placeOf, type WdsFace } from './face.ts';

type Wanted = TlvValues<(typeof wdsSetEventReport)['request']>;

const WANTED = 'eventReport';
const TIMER = 'statisticsTimer';
const callStatus = { activated: 1, terminated: 2 } as const;

/** What clients want to be told of, unasked. */
export function eventReportHandlers(face: WdsFace): readonly QmiHandler[] {
  return [
    handle(wdsSetEventReport, ({ client }, request) => {
      client.held.set(WANTED, { ...wantedBy(client), ...request });
      face.reporters.add(client);
      if (request.statistics) report(face, client, request.statistics);
      return { values: {} };
    }),
    handle(wdsIndicationRegister, ({ client }, { extendedIpConfig, profileChanges }) => {
      subscribe(client, wdsExtendedIpConfig.id, extendedIpConfig);
      subscribe(client, wdsProfileChanged.id, profileChanges);
      return { values: {} };
    }),
  ];
}

export function subscribe(client: QmiClient, id: number, wanted: boolean | undefined): void {
  if (wanted === true) client.indications.add(id);
  if (wanted === false) client.indications.delete(id);
}

/** The client is gone. */
export function endReports({ reporters }: WdsFace, client: QmiClient): void {
  reporters.delete(client);
  endStatistics(client);
}

function endStatistics(client: QmiClient): void {
  (client.held.get(TIMER) as Cancel | undefined)?.();
  client.held.delete(TIMER);
}

/** Statistics, each time so many seconds have passed. */
function report(
  face: WdsFace,
  client: QmiClient,
  { seconds, mask }: NonNullable<Wanted['statistics']>,
): void {
  endStatistics(client);
  if (seconds === 0) return;
  const { clock, calls } = face;
  const again = (): void => {
    client.held.set(TIMER, clock.after(seconds * 1_000, tick));
  };
  const tick = (): void => {
    const call = calls.connected(placeOf(face, client));
    if (call) face.tell(news(wdsEventReport, statistics(call.lane.traffic, mask), (to) => to === client));
    again();
  };
  again();
}

/** A call has come up or gone: each client hears what it has asked for. */
export function reportCall(face: WdsFace, call: DataCall, up: boolean): void {
  const { tx, rx } = channelRates(face.profile);
  for (const client of face.reporters) {
    const wanted = wantedBy(client);
    if (!wanted || !isIn(placeOf(face, client), call)) continue;
    const values = {
      ...(wanted.callStatus && { callStatus: up ? callStatus.activated : callStatus.terminated }),
      ...(up && wanted.channelRate && { channelRates: { tx, rx } }),
      ...(up && wanted.bearerTechnology && { bearerTechnology: lteBearer }),
      ...(up && wanted.currentBearerTechnology && { currentBearerTechnology: lteTechnology }),
      ...(up && wanted.dormancy && { dormancy: dormancyStatus.active }),
    };
    if (Object.keys(values).length > 0) face.tell(news(wdsEventReport, values, (to) => to === client));
  }
}

function wantedBy(client: QmiClient): Wanted | undefined {
  return client.held.get(WANTED) as Wanted | undefined;
}
