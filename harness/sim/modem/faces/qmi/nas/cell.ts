import * as nas from '../../../../../protocols/qmi/nas/cell.ts';
import { activeBandOf } from '../../../../../protocols/qmi/nas/signal.ts';
import type { Cell } from '../../../../network/network.ts';
import { isAttached, isRadioOn } from '../../../state.ts';
import { servingCell } from '../../../serving-cell.ts';
import { onlySierra } from '../only-sierra.ts';
import { handle, type QmiCall, type QmiHandler } from '../handler.ts';
import { channel16, registeredCell } from './state.ts';

const UNKNOWN_ADVANCE = 0xffff_ffff;
/** Q_rxlevmin that most networks send (TS 36.304 5.2.3.2), dBm. */
const MINIMUM_RSRP = -128;
/** 20 MHz, as the emulated cells have it. */
const BANDWIDTH_20 = 5;

export const cellHandlers: readonly QmiHandler[] = [
  handle(nas.getCellLocationInfo, (call) => {
    const cell = servingCell(call.runtime);
    return cell ? { values: location(call, cell) } : { error: 'InformationUnavailable' };
  }),
  handle(nas.getLteCphyCaInfo, ({ runtime }) => {
    const cell = registeredCell(runtime);
    if (!cell) return { error: 'InformationUnavailable' };
    const { pci, earfcn, band } = cell;
    const primary = {
      pci,
      earfcn: channel16(earfcn),
      bandwidth: '20',
      band: activeBandOf(band) ?? 0,
    } as const;
    return { values: { bandwidth: '20' as const, primary } };
  }),
  handle(nas.getDrx, ({ runtime }) =>
    // A paging cycle of 128 frames is what most networks broadcast.
    registeredCell(runtime) ? { values: { drx: 'cn8' as const } } : { error: 'InformationUnavailable' },
  ),
  handle(nas.swiGetStatus, onlySierra(swiStatus)),
];

function location({ runtime }: QmiCall, cell: Cell) {
  const idle = !runtime.state.bearers.some(({ phase }) => phase === 'active');
  const tenths = (value: number): number => Math.round(value * 10);
  return {
    intraFrequency: {
      idle,
      plmn: cell.mcc + cell.mnc,
      tac: cell.tac,
      cellId: cell.cellId,
      earfcn: channel16(cell.earfcn),
      pci: cell.pci,
      priority: 7,
      nonIntraThreshold: 0,
      lowThreshold: 0,
      intraThreshold: 62,
      cells: [
        {
          pci: cell.pci,
          rsrq: tenths(cell.rsrqDb),
          rsrp: tenths(cell.rsrpDbm),
          rssi: tenths(cell.rssiDbm),
          selectionRxLevel: Math.round(cell.rsrpDbm - MINIMUM_RSRP),
        },
      ],
    },
    interFrequency: { idle, frequencies: [] },
    gsm: { idle, frequencies: [] },
    wcdma: { idle, frequencies: [] },
    timingAdvance: UNKNOWN_ADVANCE,
  };
}

/** Numbers of libqmi, qmi-enums-nas.h (QmiNasSwi…). */
function swiStatus({ runtime }: QmiCall) {
  const { state } = runtime;
  const cell = servingCell(runtime);
  const connected = state.bearers.some(({ phase }) => phase === 'active');
  const common = {
    temperature: Math.round(state.environment.temperatureC),
    modemMode: isRadioOn(state) ? 5 : 6,
    systemMode: cell ? 9 : 0,
    imsState: 0,
    packetState: isAttached(state) ? 0 : 1,
  };
  const lte = cell && {
    band: activeBandOf(cell.band) ?? 0,
    bandwidth: BANDWIDTH_20,
    rxChannel: channel16(cell.earfcn),
    // Uplink channels lie 18000 above (TS 36.101 5.7.3).
    txChannel: channel16(cell.earfcn + 18_000),
    emmState: registeredCell(runtime) ? 2 : 0,
    emmSubState: 0,
    connectionState: connected ? 2 : 0,
  };
  return { values: { common, lte } };
}
