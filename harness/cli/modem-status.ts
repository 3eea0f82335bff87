import { createRedactor } from '../core/redact.ts';
import { minutes } from '../core/units.ts';
import { secretsOf } from '../lab/secrets.ts';
import { askStatus, type ModemStatus } from '../procedures/modem-status.ts';
import type { ModemNumbers } from '../rig/modem.ts';
import type { Signal } from '../rig/readings.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withRig } from './with-rig.ts';

/** `modem status RIG`: what the modem tells of itself, without the numbers that identify a card or a device. */
export async function modemStatus(args: Arguments, io: Io): Promise<number> {
  const file = rigFileOf(args.positionals[0] ?? '');
  const options = { wait: waitOf(args) };
  const status = await withRig(file, `a look at the modem of ${file.id}`, minutes(3), askStatus, options);
  const text = args.flag('json')
    ? JSON.stringify({ rig: file.id, ...status }, null, 2) + '\n'
    : describe(status);
  io.out(createRedactor(secretsOf(file))(text));
  return 0;
}

function describe(status: ModemStatus): string {
  const { detour, identity, numbers, sim, radio, registration, readings } = status;
  const { operator, radioAccess, lteBand, lowPowerVoters } = readings;
  const where = [operator, lteBand === undefined ? radioAccess : `LTE band ${lteBand}`].filter(Boolean);
  const rows: readonly (readonly [name: string, value: string | undefined])[] = [
    ...(detour === undefined ? [] : [['asked', detour] as const]),
    ['model', [identity.manufacturer, identity.model].filter(Boolean).join(' ') || undefined],
    ['firmware', readings.firmware ?? identity.revision],
    ['configuration', readings.configuration],
    ['numbers', numbersText(numbers)],
    ['SIM', sim],
    ['radio', radio.on ? 'on' : `off: ${radio.reason}`],
    ['registration', [registration, ...where].join(', ')],
    ['signal', readings.signal && signalText(readings.signal)],
    ['temperature', unit(readings.temperatureC, '°C')],
    ['supply', unit(readings.supplyMv, 'mV')],
    ['low power', lowPowerVoters && (lowPowerVoters.join(', ') || 'nobody votes for it')],
    ['starts', unit(readings.starts, 'since its supply came on')],
  ];
  const untold = detour === undefined ? 'the modem does not tell' : 'told over AT alone';
  return rows.map(([name, value]) => `${name.padEnd(14)}${value ?? untold}\n`).join('');
}

const numbersText = ({ imei, iccid, imsi }: ModemNumbers): string | undefined =>
  [imei && `IMEI ${imei}`, iccid && `ICCID ${iccid}`, imsi && `IMSI ${imsi}`].filter(Boolean).join(', ') ||
  undefined;

function signalText({ rssiDbm, rsrpDbm, rsrqDb, sinrDb }: Signal): string | undefined {
  const parts = [
    ['RSSI', unit(rssiDbm, 'dBm')],
    ['RSRP', unit(rsrpDbm, 'dBm')],
    ['RSRQ', unit(rsrqDb, 'dB')],
    ['SINR', unit(sinrDb, 'dB')],
  ] as const;
  const told = parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return told.length === 0 ? undefined : told.join(', ');
}

const unit = (n: number | undefined, name: string): string | undefined =>
  n === undefined ? undefined : `${n} ${name}`;
