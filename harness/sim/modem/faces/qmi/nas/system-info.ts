import type { Clock } from '../../../../../core/clock.ts';
import * as nas from '../../../../../protocols/qmi/nas/system-info.ts';
import { detailsOf } from '../../../model-details.ts';
import type { ModemProfile } from '../../../profile.ts';
import type { Runtime } from '../../../runtime.ts';
import { servingCell } from '../../../serving-cell.ts';
import { handle, news, type QmiHandler, type QmiNews } from '../handler.ts';
import { domainOf, isRoaming, registeredCell, registrationOf } from './state.ts';

const NO_LAC = 0xfffe;
/** No system index of that kind in LTE. */
const NO_INDEX = 0xffff;

export function systemInfoHandlers(clock: Clock): readonly QmiHandler[] {
  return [
    handle(nas.getSystemInfo, ({ profile, runtime }) => ({ values: systemInfo(profile, runtime) })),
    handle(nas.getNetworkTime, ({ runtime }) =>
      registeredCell(runtime)
        ? { values: { time: { ...networkTime(clock), radio: 'lte' as const } } }
        : { error: 'InformationUnavailable' },
    ),
  ];
}

export function systemInfoNews(profile: ModemProfile, runtime: Runtime): QmiNews {
  return news(nas.systemInfoIndication, systemInfo(profile, runtime));
}

/** NITZ comes with the registration (TS 24.301 8.2.13). */
export function networkTimeNews(clock: Clock, runtime: Runtime): readonly QmiNews[] {
  if (!registeredCell(runtime)) return [];
  return [news(nas.networkTimeIndication, { ...networkTime(clock), radio: 'lte' })];
}

function networkTime(clock: Clock) {
  const now = clock.wall();
  const time = {
    year: now.getUTCFullYear(),
    month: now.getUTCMonth() + 1,
    day: now.getUTCDate(),
    hour: now.getUTCHours(),
    minute: now.getUTCMinutes(),
    second: now.getUTCSeconds(),
    dayOfWeek: (now.getUTCDay() + 6) % 7,
  };
  return { time, zone: 0, daylightSaving: 0 };
}

const nothing = { status: 'none', trueStatus: 'none', preferredPath: false } as const;

function systemInfo(profile: ModemProfile, runtime: Runtime) {
  const cell = servingCell(runtime);
  const status = registeredCell(runtime) ? 'available' : cell ? 'limited' : 'none';
  const { radios } = detailsOf(profile);
  return {
    gsmService: radios.includes('gsm') ? nothing : undefined,
    wcdmaService: radios.includes('umts') ? nothing : undefined,
    lteService: { status, trueStatus: status, preferredPath: false },
    lte: lteInfo(runtime),
    lteGeoIndex: cell && NO_INDEX,
    lteVoice: cell && false,
    lteEmbms: cell && false,
    simReject: simReject(runtime),
  } as const;
}

function simReject({ state }: Runtime): 'unavailable' | 'available' | 'cs-ps-invalid' {
  if (state.sim.state !== 'ready') return 'unavailable';
  return registrationOf(state) === 'denied' ? 'cs-ps-invalid' : 'available';
}

function lteInfo(runtime: Runtime) {
  const cell = servingCell(runtime);
  if (!cell) return undefined;
  const { state } = runtime;
  const { emmCause, phase } = state.registration;
  const rejected = phase === 'denied' && emmCause !== undefined;
  const registered = registrationOf(state) === 'registered';
  return {
    domainValid: true,
    domain: registered ? domainOf(state) : 'camped',
    capabilityValid: true,
    capability: 'cs-ps',
    roamingValid: registered,
    roaming: isRoaming(state) ? 1 : 0,
    forbiddenValid: true,
    forbidden: rejected,
    lacValid: registered,
    lac: NO_LAC,
    cellIdValid: true,
    cellId: cell.cellId,
    rejectValid: rejected,
    rejectDomain: rejected ? 'cs-ps' : 'none',
    rejectCause: rejected ? emmCause : 0,
    plmnValid: true,
    mcc: cell.mcc,
    mnc: cell.mnc,
    tacValid: true,
    tac: cell.tac,
  } as const;
}
