import {
  wdsGetLteAttachParameters,
  wdsGetLteAttachPdnList,
  wdsGetMaxLteAttachPdnNumber,
  wdsLteAttachPdnListSet,
  wdsSetLteAttachPdnList,
} from '../../../../../protocols/qmi/wds-settings.ts';
import {
  wdsGetChannelRates,
  wdsGetCurrentDataBearerTechnology,
  wdsGetDataBearerTechnology,
  wdsGetDormancyStatus,
  wdsGetPacketStatistics,
  wdsGoActive,
  wdsGoDormant,
} from '../../../../../protocols/qmi/wds.ts';
import { detailsOf } from '../../../model-details.ts';
import type { ModemProfile } from '../../../profile.ts';
import { contextOf, isAttached } from '../../../state.ts';
import type { QmiClient } from '../client.ts';
import type { Traffic } from '../data-path.ts';
import { handle, news, type QmiAnswer, type QmiHandler } from '../handler.ts';
import { callSettings, setCalls } from './call-settings.ts';
import { placeOf, type WdsFace } from './face.ts';

/** qmi-enums-wds.h: LTE by its number, and 3GPP with the bit of LTE. */
export const lteBearer = 0x0a;
export const lteTechnology = { network: 2, accessMask: 1 << 5, optionMask: 0 } as const;
/** What the model could do, bits per second. */
export function channelRates(profile: ModemProfile) {
  const { up, down } = detailsOf(profile).rates;
  return { tx: up, rx: down, maxTx: up, maxRx: down };
}
export const dormancyStatus = { dormant: 1, active: 2 } as const;

const ipSupport = { IP: 0, IPV6: 1, IPV4V6: 2, PPP: 0 } as const;
const DORMANT = 'dormantAt';

/** What carries the call, and how much it has carried. */
export function bearerHandlers(face: WdsFace): readonly QmiHandler[] {
  const { calls } = face;
  const trafficOf = (client: QmiClient): Traffic | undefined =>
    calls.connected(placeOf(face, client))?.lane.traffic;
  /** Traffic wakes a dormant call. */
  const isDormant = (client: QmiClient, traffic: Traffic): boolean =>
    client.held.get(DORMANT) === traffic.txPackets + traffic.rxPackets;
  const whileUp = <A extends object>(
    client: QmiClient,
    answer: (traffic: Traffic) => QmiAnswer<A & Record<never, never>>,
  ) => {
    const traffic = trafficOf(client);
    return traffic ? answer(traffic) : ({ error: 'OutOfCall' } as const);
  };
  return [
    handle(wdsGetChannelRates, ({ profile, client }) => {
      const rates = channelRates(profile);
      if (trafficOf(client)) return { values: { rates } };
      // libqmi wants the rates even beside an error (qmi-service-wds.json: the TLV has no condition).
      return { error: 'OutOfCall', values: { rates: { ...rates, tx: 0, rx: 0 } } };
    }),
    handle(wdsGetPacketStatistics, ({ client }, { mask }) => {
      const traffic = trafficOf(client);
      if (traffic) return { values: statistics(traffic, mask) };
      const last = calls.lastIn(placeOf(face, client));
      if (!last) return { error: 'OutOfCall' };
      const values = { lastCallTxBytes: BigInt(last.txBytes), lastCallRxBytes: BigInt(last.rxBytes) };
      return { error: 'OutOfCall', values };
    }),
    handle(wdsGoDormant, ({ client }) =>
      whileUp(client, (traffic) => {
        if (isDormant(client, traffic)) return { error: 'NoEffect' };
        client.held.set(DORMANT, traffic.txPackets + traffic.rxPackets);
        return { values: {} };
      }),
    ),
    handle(wdsGoActive, ({ client }) =>
      whileUp(client, (traffic) => {
        if (!isDormant(client, traffic)) return { error: 'NoEffect' };
        client.held.delete(DORMANT);
        return { values: {} };
      }),
    ),
    handle(wdsGetDormancyStatus, ({ client }) =>
      whileUp(client, (traffic) => {
        const { dormant, active } = dormancyStatus;
        return { values: { status: isDormant(client, traffic) ? dormant : active } };
      }),
    ),
    handle(wdsGetDataBearerTechnology, ({ client }) => {
      if (trafficOf(client)) return { values: { current: lteBearer } };
      const values = calls.lastIn(placeOf(face, client)) ? { last: lteBearer } : {};
      return { error: 'OutOfCall', values };
    }),
    handle(wdsGetCurrentDataBearerTechnology, ({ client }) => {
      if (trafficOf(client)) return { values: { current: lteTechnology } };
      const values = calls.lastIn(placeOf(face, client)) ? { last: lteTechnology } : {};
      return { error: 'OutOfCall', values };
    }),
  ];
}

/** The counters whose bits are set (qmi-enums-wds.h, QmiWdsPacketStatisticsMaskFlag). */
export function statistics(traffic: Traffic, mask: number) {
  const wanted = <T>(bit: number, value: T): T | undefined => ((mask & (1 << bit)) !== 0 ? value : undefined);
  return {
    txPackets: wanted(0, traffic.txPackets),
    rxPackets: wanted(1, traffic.rxPackets),
    txErrors: wanted(2, 0),
    rxErrors: wanted(3, 0),
    txOverflows: wanted(4, 0),
    rxOverflows: wanted(5, 0),
    txBytes: wanted(6, BigInt(traffic.txBytes)),
    rxBytes: wanted(7, BigInt(traffic.rxBytes)),
    txDropped: wanted(8, 0),
    rxDropped: wanted(9, 0),
  };
}

/** The default bearer that LTE sets up with the attach. */
export function attachHandlers(face: WdsFace): readonly QmiHandler[] {
  return [
    handle(wdsGetLteAttachParameters, ({ runtime }) => {
      const { state } = runtime;
      const { attachList, defaultProfile } = callSettings({ runtime });
      const context = contextOf(state, attachList[0] ?? defaultProfile);
      if (!isAttached(state) || !context) return { error: 'InformationUnavailable' };
      return { values: { apn: context.apn, ipType: ipSupport[context.type], attached: true } };
    }),
    handle(wdsGetMaxLteAttachPdnNumber, () => ({ values: { count: 1 } })),
    handle(wdsGetLteAttachPdnList, (call) => ({
      values: { current: callSettings(call).attachList, pending: [] },
    })),
    handle(wdsSetLteAttachPdnList, ({ runtime }, { list }) => {
      if (list.length === 0 || list.some((cid) => !contextOf(runtime.state, cid))) {
        return { error: 'InvalidProfile' };
      }
      setCalls({ runtime }, { attachList: list.slice(0, 1) });
      const values = { done: true, result: { result: 0, error: 0 } };
      const afterwards = (): void => face.tell(news(wdsLteAttachPdnListSet, values, 'everyone'));
      return { values: {}, afterwards };
    }),
  ];
}
