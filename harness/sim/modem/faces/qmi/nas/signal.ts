import * as nas from '../../../../../protocols/qmi/nas/signal.ts';
import { activeBandOf, signalRequestBit } from '../../../../../protocols/qmi/nas/signal.ts';
import type { Cell } from '../../../../network/network.ts';
import type { Runtime } from '../../../runtime.ts';
import { servingCell } from '../../../serving-cell.ts';
import { handle, news, type QmiHandler, type QmiNews } from '../handler.ts';
import { channel16 } from './state.ts';

/** What the firmware reports where there is nothing to be heard. */
const NO_SIGNAL_DBM = -128;
const UNKNOWN_PHASE = 0xffff_ffff;

export const signalHandlers: readonly QmiHandler[] = [
  handle(nas.getSignalInfo, ({ runtime }) => ({ values: signalInfo(runtime) })),
  handle(nas.getSignalStrength, ({ runtime }, { mask = 0 }) => ({ values: signalStrength(runtime, mask) })),
  handle(nas.configSignalInfo, (_, thresholds) => configured(thresholds)),
  handle(nas.configSignalInfoV2, (_, thresholds) => configured(thresholds)),
  handle(nas.setEventReport, ({ client }, { signalStrength: strength, rfBand, registrationReject }) => {
    const wishes = { strength: strength?.report, rfBand, reject: registrationReject };
    for (const [name, wanted] of Object.entries(wishes)) {
      if (wanted !== undefined) client.held.set(name, wanted);
    }
    return { values: {} };
  }),
  handle(nas.getTxRxInfo, ({ runtime }, { radio }) => {
    if (radio === 'none' || radio === 'unknown') return { error: 'InvalidArgument' };
    return { values: txRxInfo(runtime, radio === 'lte' ? servingCell(runtime) : undefined) };
  }),
  handle(nas.getRfBandInformation, ({ runtime }) => {
    const cell = servingCell(runtime);
    // The list is not optional: without it libqmi can't read even an error.
    if (!cell) return { values: { bands: [] } };
    const entry = bandEntry(cell);
    return {
      values: {
        bands: [entry],
        extended: [{ ...entry, channel: cell.earfcn }],
        bandwidths: [{ radio: 'lte', bandwidth: '20' } as const],
      },
    };
  }),
];

/** How well the cell is heard; nothing where there is none. */
export const levelNews = (runtime: Runtime, to?: QmiNews['to']): readonly QmiNews[] =>
  servingCell(runtime) ? [news(nas.signalInfoIndication, signalInfo(runtime), to)] : [];

/** Level and band after a change of the cell. */
export function signalNews(runtime: Runtime): readonly QmiNews[] {
  const cell = servingCell(runtime);
  if (!cell) return [];
  const entry = bandEntry(cell);
  return [
    ...levelNews(runtime),
    news(nas.rfBandIndication, { band: entry }),
    news(
      nas.eventReport,
      { strength: { dbm: Math.round(cell.rssiDbm), radio: 'lte' } },
      ({ held }) => held.get('strength') === true,
    ),
    news(nas.eventReport, { bands: [entry] }, ({ held }) => held.get('rfBand') === true),
  ];
}

function bandEntry(cell: Cell) {
  return { radio: 'lte', band: activeBandOf(cell.band) ?? 0, channel: channel16(cell.earfcn) } as const;
}

function configured(thresholds: object) {
  return Object.values(thresholds).some((value) => value !== undefined)
    ? { values: {} }
    : ({ error: 'NoThresholdsProvided' } as const);
}

function signalInfo(runtime: Runtime) {
  const cell = servingCell(runtime);
  if (!cell) return {};
  const { rssiDbm, rsrqDb, rsrpDbm, sinrDb } = cell;
  return {
    lte: {
      rssi: Math.round(rssiDbm),
      rsrq: Math.round(rsrqDb),
      rsrp: Math.round(rsrpDbm),
      snr: Math.round(sinrDb * 10),
    },
  };
}

function signalStrength(runtime: Runtime, mask: number) {
  const cell = servingCell(runtime);
  if (!cell) return { strength: { dbm: NO_SIGNAL_DBM, radio: 'none' } } as const;
  const radio = 'lte';
  const strength = { dbm: Math.round(cell.rssiDbm), radio } as const;
  const asked = <T>(bit: number, value: T): T | undefined => ((mask & bit) === 0 ? undefined : value);
  return {
    strength,
    strengths: [strength],
    rssi: asked(signalRequestBit.rssi, [{ rssi: Math.round(-cell.rssiDbm), radio } as const]),
    rsrq: asked(signalRequestBit.rsrq, { rsrq: Math.round(cell.rsrqDb), radio } as const),
    snr: asked(signalRequestBit.snr, Math.round(cell.sinrDb * 10)),
    rsrp: asked(signalRequestBit.rsrp, Math.round(cell.rsrpDbm)),
  };
}

function txRxInfo(runtime: Runtime, cell: Cell | undefined) {
  const inTraffic = runtime.state.bearers.some(({ phase }) => phase === 'active');
  const chain = (loss: number) => ({
    tuned: cell !== undefined,
    rxPower: cell ? Math.round((cell.rssiDbm - loss) * 10) : 0,
    ecio: 0,
    rscp: 0,
    rsrp: cell ? Math.round((cell.rsrpDbm - loss) * 10) : 0,
    phase: UNKNOWN_PHASE,
  });
  const transmitting = cell !== undefined && inTraffic;
  return {
    chain0: chain(0),
    chain1: chain(2),
    transmit: { inTraffic: transmitting, power: transmitting ? 150 : 0 },
  };
}
