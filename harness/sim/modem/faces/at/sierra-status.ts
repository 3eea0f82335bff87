import type { AtValue } from '../../../../protocols/at/command.ts';
import type { Cell } from '../../../network/network.ts';
import { isAttached, isRadioOn, type ModemState, type Voters } from '../../state.ts';
import { detailsOf } from '../../model-details.ts';
import { constant, error, hex, integerIn, ok } from './answer.ts';
import { cardValue } from './gpp-sim.ts';
import { signalOf } from './gpp-radio.ts';
import { firmwareOf, MDM9X15, MDM9X50 } from './sierra-image.ts';
import { protectedSet } from './sierra-lock.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** What a Sierra modem says of its state. Replies as users of MC7455 and EM7455 posted them. */
export const sierraStatus: Family = {
  '!GSTATUS': { read: status, exec: status },
  '!HWID': { read: ({ profile }) => ok(`Revision: ${detailsOf(profile).hardwareRevision}`) },
  // One slot.
  '!UIMS': { read: constant('!UIMS: 0'), set: protectedSet(chooseSlot) },
  '!LTEINFO': { read: lteInfo, exec: lteInfo },
  '!PCINFO': { read: powerInfo },
  '!PCTEMP': { read: temperature },
  '!PCVOLT': { read: voltage },
  '!ICCID': cardValue((card) => [`!ICCID: ${card.iccid}`]),
  '+ICCID': cardValue((card) => [`ICCID: ${card.iccid}`]),
  '+CPINC': cardValue((card) => [
    `+CPINC: ${card.pinTries},${card.second.pinTries},${card.pukTries},${card.second.pukTries}`,
  ]),
  '*CNTI': { set: accessTechnology, test: constant('*CNTI: (0-2)') },
};

function chooseSlot(_at: AtCall, values: readonly AtValue[]): AtAnswer {
  return values.length === 1 && values[0]?.text === '0' ? ok() : error;
}

function powerInfo({ profile, runtime }: AtCall): AtAnswer {
  if (firmwareOf(profile) === MDM9X15) return oldPowerInfo(runtime.state);
  return ok(
    `State: ${isRadioOn(runtime.state) ? 'Online' : 'Low Power Mode'}`,
    `LPM voters - ${voterList(runtime.state)}`,
    'LPM persistence - None',
  );
}

/** As users of an MC7304 posted it. */
function oldPowerInfo(state: ModemState): AtAnswer {
  const { voters, functionality } = state.radio;
  const flags: readonly (readonly [name: string, raised: boolean])[] = [
    ['W_DISABLE', voters.wDisable],
    ['User', functionality !== 1],
    ['Temp', voters.temperature],
    ['Volt', voters.voltage],
    ['BIOS', voters.bios],
    ['GOBIIM', voters.imageSwitch],
  ];
  return ok(
    `State: ${isRadioOn(state) ? 'Online' : 'LowPowerMode'}`,
    `LPM force flags - ${listOf(flags)}`,
    `W_DISABLE: ${voters.wDisable ? 1 : 0}`,
    'Poweroff mode: 0',
    'LPM Persistent: 0',
  );
}

function listOf(votes: readonly (readonly [name: string, vote: boolean])[]): string {
  return votes.map(([name, vote]) => `${name}:${vote ? 1 : 0}`).join(', ');
}

function voterList({ radio }: ModemState): string {
  const { voters, functionality } = radio;
  const votes: readonly (readonly [name: string, vote: boolean])[] = [
    ['Temp', voters.temperature],
    ['Volt', voters.voltage],
    ['User', functionality !== 1],
    ['W_DISABLE', voters.wDisable],
    ['IMSWITCH', voters.imageSwitch],
    ['BIOS', voters.bios],
    ['LWM2M', false],
    ['OMADM', false],
    ['FOTA', false],
  ];
  return listOf(votes);
}

function temperature({ runtime }: AtCall): AtAnswer {
  const { environment, radio } = runtime.state;
  return ok(
    `Temp state: ${wordFor(radio.voters, 'temperature')}`,
    `Temperature: ${environment.temperatureC.toFixed(2)} C`,
  );
}

function voltage({ runtime }: AtCall): AtAnswer {
  const { environment, radio } = runtime.state;
  // The converter's count is the voltage in its own unit: 1.8 V over 4096 steps behind a divider by four.
  const count = Math.round((environment.millivolts / 4 / 1_800) * 4_096);
  return ok(
    `Volt state: ${wordFor(radio.voters, 'voltage')}`,
    `Power supply voltage: ${environment.millivolts} mV (ADC: ${count})`,
  );
}

function wordFor(voters: Voters, what: 'temperature' | 'voltage'): string {
  return voters[what] ? 'Critical' : 'Normal';
}

function status(at: AtCall): AtAnswer {
  const { state } = at.runtime;
  const cell = signalOf(at);
  const head = [
    '!GSTATUS: ',
    `Current Time:  ${Math.floor((at.now() - state.bootedAt) / 1_000)}\t\tTemperature: ${Math.round(state.environment.temperatureC)}`,
    `Reset Counter: ${state.resets + 1}\t\tMode:        ${isRadioOn(state) ? 'ONLINE' : 'LOW POWER MODE'}`,
    `System mode:   ${cell ? 'LTE        ' : 'NO SERVICE '}\tPS state:    ${isAttached(state) ? 'Attached' : 'Not attached'}`,
  ];
  return ok(...head, ...(cell ? cellLines(at, cell) : []));
}

function cellLines({ profile, runtime: { state } }: AtCall, cell: Cell): readonly string[] {
  // Of several carriers each receiver's RSRP has its name too. Source: an EM7565's reply in test/vectors/at.
  const many = firmwareOf(profile) === MDM9X50;
  const others = many
    ? [1, 2, 3, 4].map((n) => `LTE SSC${n} state:NOT ASSIGNED`)
    : ['LTE CA state:  NOT ASSIGNED'];
  const receiver = (name: 'RxM' | 'RxD', weaker: number): string =>
    `PCC ${name} RSSI:  ${cell.rssiDbm - weaker}\t\t${many ? `PCC ${name} RSRP:` : 'RSRP (dBm):'}  ${cell.rsrpDbm - weaker}`;
  const registered = state.registration.phase === 'registered';
  const connected = state.bearers.some(({ phase }) => phase === 'active');
  const emm = registered ? 'Registered     \tNormal Service' : 'Deregistered   \tAttach Needed';
  return [
    `LTE band:      B${cell.band}     \t\tLTE bw:      20 MHz`,
    // Uplink channels lie 18000 above in the bands below 33 (TS 36.101 5.7.3); 4294967295: none in use.
    `LTE Rx chan:   ${cell.earfcn}\t\tLTE Tx chan: ${registered ? cell.earfcn + 18_000 : 4_294_967_295}`,
    ...others,
    `EMM state:     ${emm}`,
    `RRC state:     ${connected ? 'RRC Connected' : 'RRC Idle'}`,
    'IMS reg state: No Srv',
    '',
    receiver('RxM', 0),
    receiver('RxD', 2),
    `Tx Power:      ${connected ? 15 : 0}\t\tTAC:         ${hex(cell.tac, 4)} (${cell.tac})`,
    `RSRQ (dB):     ${cell.rsrqDb.toFixed(1)}\t\tCell ID:     ${hex(cell.cellId, 8)} (${cell.cellId})`,
    `SINR (dB):     ${cell.sinrDb.toFixed(1)}`,
  ];
}

function lteInfo(at: AtCall): AtAnswer {
  const cell = signalOf(at);
  // The serving cell is the first of its frequency; the emulated air has no other.
  return ok(
    '!LTEINFO:',
    'Serving:   EARFCN MCC MNC   TAC      CID Bd D U SNR PCI  RSRQ   RSRP   RSSI RXLV',
    ...(cell ? [servingLine(cell)] : []),
    '',
    'IntraFreq:                                          PCI  RSRQ   RSRP   RSSI RXLV',
    ...(cell ? [neighbourLine(cell)] : []),
    '',
    'InterFreq: EARFCN ThresholdLow ThresholdHi Priority PCI  RSRQ   RSRP   RSSI RXLV',
  );
}

function servingLine(cell: Cell): string {
  const front: readonly Column[] = [
    [cell.earfcn, 17],
    [cell.mcc, 4],
    [cell.mnc, 4],
    [cell.tac, 6],
    [hex(cell.cellId, 8), 9],
    [cell.band, 3],
    [5, 2], // 20 MHz down and up
    [5, 2],
    [Math.round(cell.sinrDb), 4],
  ];
  return columns(front) + measured(cell);
}

function neighbourLine(cell: Cell): string {
  return columns([['', 51]]) + measured(cell);
}

type Column = readonly [value: string | number, width: number];

function columns(all: readonly Column[]): string {
  return all.map(([value, width]) => String(value).padStart(width)).join('');
}

function measured(cell: Cell): string {
  const values: readonly Column[] = [
    [cell.pci, 4],
    [cell.rsrqDb.toFixed(1), 6],
    [cell.rsrpDbm.toFixed(1), 7],
    [cell.rssiDbm.toFixed(1), 7],
  ];
  return columns(values) + ' --';
}

const accessNames = { gsm: ['GSM', 'GPRS', 'EDGE'], umts: ['UMTS', 'HSDPA', 'HSUPA'], lte: ['LTE'] } as const;

/** 0: in use, 1: to be had here, 2: what the modem knows. */
function accessTechnology(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const kind = integerIn(values[0], 0, 2);
  if (kind === undefined || values.length > 1) return error;
  if (kind < 2) return ok(`*CNTI: ${kind},${signalOf(at) ? 'LTE' : 'NONE'}`);
  const names = detailsOf(at.profile).radios.flatMap((radio) => accessNames[radio]);
  return ok(`*CNTI: 2,${names.join(',')}`);
}
