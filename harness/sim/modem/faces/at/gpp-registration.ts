import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { Registration } from '../../../../rig/modem.ts';
import { servicePreference } from '../../service-preferences.ts';
import type { ModemState } from '../../state.ts';
import { cmeError, constant, hex, integerIn, ok } from './answer.ts';
import { fromHost, toHost } from './text-mode.ts';
import type { AtAnswer, AtCall, CommandSpec, Family, Wire } from './wire.ts';

/** TS 27.007 7.2 and 7.3, 10.1.20, 10.1.22. */
export const gppRegistration: Family = {
  '+CREG': registrationCommand('creg'),
  '+CGREG': registrationCommand('cgreg'),
  '+CEREG': registrationCommand('cereg'),
  '+CEMODE': { read: readUeMode, set: setUeMode, test: constant('+CEMODE: (0-3)') },
  '+COPS': { read: readOperator, set: selectOperator, test: listOperators },
};

export type RegistrationReport = 'creg' | 'cgreg' | 'cereg';

const statNumbers: Readonly<Record<Registration, number>> = {
  idle: 0,
  home: 1,
  searching: 2,
  denied: 3,
  unknown: 4,
  roaming: 5,
};

/** E-UTRAN (TS 27.007 7.3). */
const LTE = 7;

/** `1`, or `1,"2B3C","1A2D003",7` when location is asked for and known. */
export function statusText(state: ModemState, report: RegistrationReport, withLocation: boolean): string {
  const { circuit, packet, cell } = state.registration;
  const status = report === 'creg' ? circuit : packet;
  const stat = String(statNumbers[status]);
  if (!withLocation || !cell || (status !== 'home' && status !== 'roaming')) return stat;
  return `${stat},"${hex(cell.tac)}","${hex(cell.cellId)}",${LTE}`;
}

function registrationCommand(report: RegistrationReport): CommandSpec {
  const name = `+${report.toUpperCase()}`;
  return {
    read: ({ runtime, wire }) =>
      ok(`${name}: ${wire[report]},${statusText(runtime.state, report, wire[report] === 2)}`),
    test: constant(`${name}: (0-2)`),
    set: ({ wire }, values) => {
      const n = integerIn(values[0], 0, 2);
      if (n === undefined || values.length > 1) return cmeError(cme.incorrectParameters);
      wire[report] = n;
      return ok();
    },
  };
}

/** `+COPS: 0,0,"T-Mobile",7`; without a network the mode alone. */
function readOperator(at: AtCall): AtAnswer {
  const { runtime, wire } = at;
  const { selection, phase, cell } = runtime.state.registration;
  const mode = { automatic: 0, manual: 1, none: 2 }[selection];
  if (phase !== 'registered' || !cell) return ok(`+COPS: ${mode}`);
  const name = wire.operatorFormat === 2 ? cell.mcc + cell.mnc : toHost(at, cell.operator);
  return ok(`+COPS: ${mode},${wire.operatorFormat},"${name}",${LTE}`);
}

function selectOperator(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const { runtime, wire } = at;
  const mode = integerIn(values[0], 0, 4);
  const format = values[1]?.text ? integerIn(values[1], 0, 2) : undefined;
  if (mode === undefined || (values[1]?.text && format === undefined))
    return cmeError(cme.incorrectParameters);
  if (mode === 3) return setFormat(wire, format);
  if (mode === 0) runtime.input({ kind: 'selectNetwork', selection: 'automatic' });
  else if (mode === 2) runtime.input({ kind: 'selectNetwork', selection: 'none' });
  else return selectManually(at, format ?? 0, values[2]?.text ?? '');
  return format === undefined ? ok() : setFormat(wire, format);
}

function setFormat(wire: Wire, format: number | undefined): AtAnswer {
  if (format === undefined) return cmeError(cme.incorrectParameters);
  wire.operatorFormat = format;
  return ok();
}

/** By number, or by the name of the network that is there. */
function selectManually(at: AtCall, format: number, name: string): AtAnswer {
  const { runtime } = at;
  const { cell } = runtime.network;
  const named = cell?.operator === fromHost(at, name) ? cell : undefined;
  const plmn = format === 2 ? name : named && named.mcc + named.mnc;
  if (plmn === undefined || !/^\d{5,6}$/.test(plmn)) return cmeError(cme.noNetworkService);
  runtime.input({ kind: 'selectNetwork', selection: 'manual', plmn });
  return cell && cell.mcc + cell.mnc === plmn ? ok() : cmeError(cme.noNetworkService);
}

function listOperators(at: AtCall): AtAnswer {
  const { runtime } = at;
  const { cell } = runtime.network;
  const rest = ',(0,1,2,3,4),(0,1,2)';
  if (!cell) return ok(`+COPS: ${rest}`);
  const stat = runtime.state.registration.phase === 'registered' ? 2 : 1;
  const name = toHost(at, cell.operator);
  return ok(`+COPS: (${stat},"${name}","${name}","${cell.mcc}${cell.mnc}",${LTE}),${rest}`);
}

// TS 27.007 10.1.28: PS and CS/PS, 1 centred on voice and 2 on data.
const PS_ONLY = 1;
const CS_PS = 2;
const VOICE_CENTRIC = 1;
const DATA_CENTRIC = 2;
const ueModes = [
  { domain: PS_ONLY, usage: DATA_CENTRIC },
  { domain: CS_PS, usage: VOICE_CENTRIC },
  { domain: CS_PS, usage: DATA_CENTRIC },
  { domain: PS_ONLY, usage: VOICE_CENTRIC },
] as const;

function readUeMode({ runtime }: AtCall): AtAnswer {
  const domain = servicePreference(runtime.state, 'domain');
  const usage = servicePreference(runtime.state, 'usage');
  const mode = ueModes.findIndex((one) => one.domain === domain && one.usage === usage);
  return mode < 0 ? cmeError(cme.unknown) : ok(`+CEMODE: ${mode}`);
}

function setUeMode({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const mode = ueModes[integerIn(values[0], 0, 3) ?? ueModes.length];
  if (!mode || values.length > 1) return cmeError(cme.incorrectParameters);
  const servicePreferences = { ...runtime.state.stored.servicePreferences, ...mode };
  runtime.input({ kind: 'store', change: { servicePreferences } });
  return ok();
}
