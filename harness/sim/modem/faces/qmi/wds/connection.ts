import type { TlvValues } from '../../../../../protocols/qmi/declare.ts';
import {
  wdsBindDataPort,
  wdsBindMuxDataPort,
  wdsGetAutoconnectSettings,
  wdsSetAutoconnectSettings,
  wdsSetIpFamily,
} from '../../../../../protocols/qmi/wds-settings.ts';
import {
  connectionStatus,
  ipFamily,
  wdsAbort,
  wdsGetPacketServiceStatus,
  wdsPacketServiceStatus,
  wdsReset,
  wdsStartNetwork,
  wdsStopNetwork,
} from '../../../../../protocols/qmi/wds.ts';
import { contextOf } from '../../../state.ts';
import type { Runtime } from '../../../runtime.ts';
import type { QmiClient } from '../client.ts';
import type { IpFamily } from '../data-path.ts';
import { handle, news, type QmiHandler, type QmiNews } from '../handler.ts';
import type { CallEnd } from './call-end.ts';
import type { Autoconnect } from './calls.ts';
import type { DataCall } from './data-call.ts';
import type { CallRequest } from './context.ts';
import { endReports, reportCall } from './event-report.ts';
import { callSettings, setCalls } from './call-settings.ts';
import { bindTo, channelOf, chooseFamily, chosenFamily, isIn, placeOf, type WdsFace } from './face.ts';

/** Calls: start, stop, and whether one is up. */
export function connectionHandlers(face: WdsFace): readonly QmiHandler[] {
  const { calls } = face;
  return [
    ...startHandlers(face),
    handle(wdsStopNetwork, ({ client }, { handle: number, disableAutoconnect }) => {
      const error = calls.stop(client, placeOf(face, client), number);
      if (disableAutoconnect) calls.autoconnect = 'off';
      else if (error === 'None' && calls.autoconnect === 'on') calls.autoconnect = 'paused';
      return error === 'None' ? { values: {} } : { error };
    }),
    handle(wdsGetPacketServiceStatus, ({ client }) => {
      const { connected, disconnected } = connectionStatus;
      return { values: { status: calls.connected(placeOf(face, client)) ? connected : disconnected } };
    }),
    handle(wdsSetIpFamily, ({ client }, { family }) => {
      if (family !== ipFamily.ipv4 && family !== ipFamily.ipv6 && family !== ipFamily.unspecified) {
        return { error: 'InvalidArgument' };
      }
      chooseFamily(client, family === ipFamily.unspecified ? undefined : family);
      return { values: {} };
    }),
    handle(wdsReset, ({ client }) => {
      endReports(face, client);
      calls.release(client);
      client.indications.clear();
      client.held.clear();
      return { values: {} };
    }),
    // The function has one data port: whatever port it is bound to, packets go there.
    handle(wdsBindDataPort, () => ({ values: {} })),
    handle(wdsBindMuxDataPort, ({ client }, { muxId }) => {
      bindTo(client, muxId);
      return { values: {} };
    }),
  ];
}

function startHandlers(face: WdsFace): readonly QmiHandler[] {
  const { calls } = face;
  return [
    handle(wdsStartNetwork, async ({ client, transaction, runtime }, request) => {
      if (request.autoconnect !== undefined) calls.autoconnect = request.autoconnect ? 'on' : 'off';
      else if (calls.autoconnect === 'paused') calls.autoconnect = 'on';
      const wanted = callRequest(face, runtime, client, request);
      if (request.family !== undefined) chooseFamily(client, wanted.family);
      const result = await calls.start(client, transaction, wanted);
      if ('error' in result) return { error: result.error, ...(result.end && { values: result.end }) };
      const { handle: number, joined } = result;
      const afterwards = (): void => {
        const call = calls.connected(wanted);
        if (call && !joined) tellConnected(face, call);
      };
      return { values: { handle: number }, afterwards };
    }),
    handle(wdsAbort, ({ client }, { transaction }) =>
      calls.abort(client, transaction) ? { values: {} } : { error: 'InvalidTransactionId' },
    ),
  ];
}

/** Calls that the modem makes by itself. */
export function autoconnectHandlers(face: WdsFace): readonly QmiHandler[] {
  const { calls } = face;
  return [
    handle(wdsGetAutoconnectSettings, (call) => ({
      values: {
        status: autoconnectNumber[calls.autoconnect],
        roaming: callSettings(call).homeOnly ? 1 : 0,
      },
    })),
    handle(wdsSetAutoconnectSettings, ({ client, runtime }, { status, roaming }) => {
      const setting = (['off', 'on', 'paused'] as const)[status];
      if (setting === undefined || (roaming ?? 0) > 1) return { error: 'InvalidArgument' };
      calls.autoconnect = setting;
      if (roaming !== undefined) setCalls({ runtime }, { homeOnly: roaming === 1 });
      const afterwards = (): void => {
        if (setting === 'on') calls.dial(callRequest(face, runtime, client, {}));
      };
      return { values: {}, afterwards };
    }),
  ];
}

const autoconnectNumber: Readonly<Record<Autoconnect, number>> = { off: 0, on: 1, paused: 2 };

function callRequest(
  face: WdsFace,
  runtime: Runtime,
  client: QmiClient,
  request: TlvValues<(typeof wdsStartNetwork)['request']>,
): CallRequest {
  const { apn, authentication, user, password } = request;
  const profile = request.profile ?? callSettings({ runtime }).defaultProfile;
  const place = { channel: channelOf(face, client), family: wantedFamily(client, request.family) };
  return { ...place, profile, apn, authentication, user, password };
}

/** What the modem dials by itself. */
export function ownRequest({ dataPath }: WdsFace, runtime: Runtime): CallRequest {
  const profile = callSettings({ runtime }).defaultProfile;
  const family = contextOf(runtime.state, profile)?.type === 'IPV6' ? 6 : 4;
  return { channel: dataPath.channelOf(undefined), family, profile };
}

function wantedFamily(client: QmiClient, asked: number | undefined): IpFamily {
  if (asked === ipFamily.ipv4 || asked === ipFamily.ipv6) return asked;
  return chosenFamily(client) ?? 4;
}

/** Those whose family it is: a client for IPv6 must not take the end of the IPv4 call for its own. */
function concerned(face: WdsFace, call: DataCall): (client: QmiClient) => boolean {
  return (client) => call.holders.has(client) || isIn(placeOf(face, client), call);
}

export function tellConnected(face: WdsFace, call: DataCall): void {
  face.tell(status(face, call, connectionStatus.connected, undefined));
  reportCall(face, call, true);
}

export function tellEnded(face: WdsFace, call: DataCall, end: CallEnd): void {
  face.tell(status(face, call, connectionStatus.disconnected, end));
  reportCall(face, call, false);
}

function status(face: WdsFace, call: DataCall, value: number, end: CallEnd | undefined): QmiNews {
  const values = { status: { status: value, reconfigure: false }, ...end, family: call.family };
  return news(wdsPacketServiceStatus, values, concerned(face, call));
}
