import type { ModemReadings } from '../../../rig/readings.ts';
import type { Question } from './family.ts';

/** Sources: EC25&EC21 AT Commands Manual V1.3; replies of real modules in test/vectors/at. */
export const quectelQuestions: readonly Question[] = [
  {
    command: 'AT+QGMR',
    read: ([firmware]) => (firmware === undefined ? {} : { firmware }),
  },
  { command: 'AT+QCSQ', read: readSignal },
  { command: 'AT+QENG="servingcell"', read: readServingCell },
  { command: 'AT+QTEMP', read: readTemperature },
  {
    command: 'AT+CBC',
    read: (lines) => {
      const millivolts = /^\+CBC: ?\d+,\d+,(\d+)/m.exec(lines.join('\n'))?.[1];
      return millivolts === undefined ? {} : { supplyMv: Number(millivolts) };
    },
  },
];

/** `+QCSQ: "LTE",-52,-83,207,-14`: RSSI (some firmware leaves its sign out), RSRP, SINR in fifths of a dB above -20, RSRQ. */
function readSignal(lines: readonly string[]): ModemReadings {
  const [radioAccess, ...values] = fieldsOf('+QCSQ', lines);
  const [rssi, rsrp, sinr, rsrq] = values.map(Number);
  if (radioAccess !== 'LTE' || rssi === undefined || rsrp === undefined) return {};
  return {
    radioAccess,
    signal: {
      rssiDbm: -Math.abs(rssi),
      rsrpDbm: rsrp,
      ...(sinr === undefined ? {} : { sinrDb: Math.round((sinr / 5 - 20) * 10) / 10 }),
      ...(rsrq === undefined ? {} : { rsrqDb: rsrq }),
    },
  };
}

/** Its SINR is left alone: firmware differs in the unit, and QCSQ's is known. */
function readServingCell(lines: readonly string[]): ModemReadings {
  const [, , radioAccess, ...cell] = fieldsOf('+QENG', lines);
  if (radioAccess !== 'LTE') return {};
  // duplex, MCC, MNC, cell, PCI, EARFCN, band, two bandwidths, TAC, RSRP, RSRQ, RSSI
  const [band, rsrp, rsrq, rssi] = [cell[6], cell[10], cell[11], cell[12]].map(Number);
  return {
    radioAccess,
    ...(band ? { lteBand: band } : {}),
    signal: {
      ...(rssi ? { rssiDbm: rssi } : {}),
      ...(rsrp ? { rsrpDbm: rsrp } : {}),
      ...(rsrq ? { rsrqDb: rsrq } : {}),
    },
  };
}

/** Of three sensors the hottest that was read; 255: not measured. */
function readTemperature(lines: readonly string[]): ModemReadings {
  const measured = fieldsOf('+QTEMP', lines)
    .map(Number)
    .filter((n) => n !== 255);
  return measured.length === 0 ? {} : { temperatureC: Math.max(...measured) };
}

/** `+QCSQ: "LTE",1,2` -> LTE, 1, 2; nothing where there is no such line. */
function fieldsOf(name: string, lines: readonly string[]): readonly string[] {
  const line = lines.find((text) => text.startsWith(`${name}:`));
  if (line === undefined) return [];
  return line
    .slice(name.length + 1)
    .split(',')
    .map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
}
