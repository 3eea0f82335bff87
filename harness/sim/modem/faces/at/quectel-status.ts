import type { Cell } from '../../../network/network.ts';
import { isRadioOn, type SearchPhase } from '../../state.ts';
import { cme } from '../../../../protocols/at/error-codes.ts';
import { cmeError, constant, hex, ok } from './answer.ts';
import { clockText } from './gpp-control.ts';
import { signalOf } from './gpp-radio.ts';
import { cardValue } from './gpp-sim.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** What a Quectel modem says of its state. Replies as users of EC25 and its sisters posted them. */
export const quectelStatus: Family = {
  // ModemManager asks with a question mark.
  '+QGMR': { exec: firmware, read: firmware, test: constant() },
  '+QCCID': cardValue((card) => [`+QCCID: ${card.iccid}`]),
  '+ICCID': cardValue((card) => [`+ICCID: ${card.iccid}`]),
  '+QPINC': {
    ...cardValue((card) => [
      `+QPINC: "SC",${card.pinTries},${card.pukTries}`,
      `+QPINC: "P2",${card.second.pinTries},${card.second.pukTries}`,
    ]),
    test: constant('+QPINC: ("SC","P2")'),
  },
  '+QSIMSTAT': { read: simStatus, test: constant('+QSIMSTAT: (0,1)'), set: simReports },
  '+QSIMDET': { read: constant('+QSIMDET: 0,0'), test: constant('+QSIMDET: (0,1),(0,1)') },
  '+QENG': { set: cells, test: constant('+QENG: "servingcell"') },
  '+QINISTAT': { exec: initialised, test: constant('+QINISTAT: (0-7)') },
  '+QSPN': { exec: networkName, test: constant() },
  '+QLTS': { exec: networkTime, set: networkTime, test: constant('+QLTS: (0-2)') },
  '+QNWINFO': { exec: networkInfo, test: constant() },
  '+QCSQ': { exec: signal, read: signal, test: constant() },
  '+CBC': { exec: supply, test: constant('+CBC: (0-2),(0-100),(0-65535)') },
  '+QTEMP': { exec: temperature, read: temperature },
};

function firmware({ profile }: AtCall): AtAnswer {
  return ok(profile.identity.version);
}

function simStatus({ runtime, wire }: AtCall): AtAnswer {
  return ok(`+QSIMSTAT: ${wire.others.get('+QSIMSTAT') ?? 0},${runtime.state.sim.card ? 1 : 0}`);
}

function simReports({ wire }: AtCall, values: readonly { readonly text: string }[]): AtAnswer {
  wire.others.set('+QSIMSTAT', values[0]?.text === '1' ? 1 : 0);
  return ok();
}

/** TS 36.101 table 5.5-1: bands 33 to 53 are time-divided. */
function duplex(cell: Cell): 'FDD' | 'TDD' {
  return cell.band >= 33 && cell.band <= 53 ? 'TDD' : 'FDD';
}

// Camped without the right to use it, because the card or the network says no: LIMSRV.
const campStates: Partial<Record<SearchPhase, string>> = { camped: 'LIMSRV', denied: 'LIMSRV' };

/** There is one cell: the serving one has no neighbours. */
function cells(at: AtCall, values: readonly { readonly text: string }[]): AtAnswer {
  const what = values.length === 1 ? values[0]?.text.toLowerCase() : undefined;
  if (what === 'servingcell') return servingCell(at);
  return what === 'neighbourcell' ? ok() : cmeError(cme.incorrectParameters);
}

function servingCell(at: AtCall): AtAnswer {
  const cell = signalOf(at);
  const { registration, bearers } = at.runtime.state;
  const connected = bearers.some(({ phase }) => phase === 'active');
  const state = campStates[registration.phase] ?? (connected ? 'CONNECT' : 'NOCONN');
  if (!cell || registration.phase === 'asking') return ok('+QENG: "servingcell","SEARCH"');
  const { mcc, mnc, cellId, pci, earfcn, band, tac, rsrpDbm, rsrqDb, rssiDbm, sinrDb } = cell;
  const radio = [rsrpDbm, rsrqDb, rssiDbm, Math.round(sinrDb), '-'];
  // Bandwidths 5 and 5: 20 MHz up and down.
  const fields = [mcc, mnc, hex(cellId), pci, earfcn, band, 5, 5, hex(tac), ...radio];
  return ok(`+QENG: "servingcell","${state}","LTE","${duplex(cell)}",${fields.join(',')}`);
}

function networkInfo(at: AtCall): AtAnswer {
  const cell = signalOf(at);
  if (!cell || at.runtime.state.registration.phase !== 'registered') return ok('+QNWINFO: No Service');
  const { mcc, mnc, band, earfcn } = cell;
  return ok(`+QNWINFO: "${duplex(cell)} LTE","${mcc}${mnc}","LTE BAND ${band}",${earfcn}`);
}

/** 1 for the PIN, 2 for messages, 4 for the phone book: a card that is ready has them all. */
function initialised({ runtime }: AtCall): AtAnswer {
  return ok(`+QINISTAT: ${runtime.state.sim.state === 'ready' ? 7 : 0}`);
}

/** Long and short name, the card's own, their alphabet, and the number. */
function networkName({ runtime }: AtCall): AtAnswer {
  const { registration, sim } = runtime.state;
  const { cell, phase } = registration;
  if (!cell || phase !== 'registered') return cmeError(cme.noNetworkService);
  const names = [cell.operator, cell.operator, sim.card?.serviceProvider ?? ''].map((name) => `"${name}"`);
  return ok(`+QSPN: ${names.join(',')},0,"${cell.mcc}${cell.mnc}"`);
}

/** What the network last told, no summer time; an empty text as long as it has told nothing. */
function networkTime({ runtime, wall }: AtCall): AtAnswer {
  if (runtime.state.registration.phase !== 'registered') return ok('+QLTS: ""');
  const time = wall();
  return ok(`+QLTS: "${String(time.getUTCFullYear()).slice(0, 2)}${clockText(time)},0"`);
}

/** SINR in fifths of a decibel above -20. */
function signal(at: AtCall): AtAnswer {
  const cell = signalOf(at);
  if (!cell) return ok('+QCSQ: "NOSERVICE"');
  const sinr = Math.round((cell.sinrDb + 20) * 5);
  return ok(`+QCSQ: "LTE",${cell.rssiDbm},${cell.rsrpDbm},${sinr},${cell.rsrqDb}`);
}

/** Not charging, a charge that means nothing without a battery, and the supply in millivolts. */
function supply({ runtime }: AtCall): AtAnswer {
  return ok(`+CBC: 0,0,${runtime.state.environment.millivolts}`);
}

/** Board, crystal and power amplifier, the last two a little cooler; 255: not measured. */
function temperature({ runtime }: AtCall): AtAnswer {
  const board = Math.round(runtime.state.environment.temperatureC);
  const amplifier = isRadioOn(runtime.state) ? board - 3 : 255;
  return ok(`+QTEMP: ${board},${board - 3},${amplifier}`);
}
