import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import * as nas from '../../../../../protocols/qmi/nas/selection.ts';
import { modeBit, technologyBit } from '../../../../../protocols/qmi/nas/selection.ts';
import { detailsOf } from '../../../model-details.ts';
import type { ModemProfile } from '../../../profile.ts';
import type { ModemState, RadioAccess } from '../../../state.ts';
import type { Input } from '../../../turn.ts';
import {
  factoryPreferences,
  servicePreference,
  type ServicePreference,
} from '../../../service-preferences.ts';
import { handle, news, type QmiCall, type QmiHandler, type QmiNews } from '../handler.ts';
import { plmnText, splitPlmn } from './state.ts';

const LOW_64 = (1n << 64n) - 1n;
const keptNames = Object.keys(factoryPreferences) as readonly ServicePreference[];

/** @param tell lets everybody know who wants to */
export function selectionHandlers(tell: (news: QmiNews) => void): readonly QmiHandler[] {
  const changed = (call: QmiCall) => (): void => {
    tell(news(nas.systemSelectionPreferenceIndication, preferenceOf(call.profile, call.runtime.state)));
  };
  return [
    handle(nas.getSystemSelectionPreference, ({ profile, runtime }) => ({
      values: preferenceOf(profile, runtime.state),
    })),
    handle(nas.setSystemSelectionPreference, (call, wishes) => {
      const inputs = inputsFor(call, wishes);
      if (typeof inputs === 'string') return { error: inputs };
      for (const input of inputs) call.runtime.input(input);
      return { values: {}, afterwards: changed(call) };
    }),
    handle(nas.getTechnologyPreference, ({ runtime }) => {
      const technologies = technologiesOf(runtime.state.radio.access);
      return { values: { active: { technologies, duration: 0 }, persistent: technologies } };
    }),
    handle(nas.setTechnologyPreference, (call, { current }) => {
      const access = accessOf(call.profile, modesOfTechnologies(current.technologies));
      if (!access) return { error: 'InvalidTechnologyPreference' };
      if (access === call.runtime.state.radio.access) return { error: 'NoEffect' };
      call.runtime.input({ kind: 'setRadioAccess', access });
      return { values: {}, afterwards: changed(call) };
    }),
  ];
}

function preferenceOf(profile: ModemProfile, state: ModemState) {
  const { selection, plmn } = state.registration;
  const { access, lteBands } = state.radio;
  const manual = selection === 'manual' && plmn !== undefined;
  const number = (name: ServicePreference): number => servicePreference(state, name);
  return {
    emergency: false,
    mode: modesOf(profile, access),
    bands: BigInt(state.stored.servicePreferences['bands'] ?? detailsOf(profile).bands),
    roaming: number('roaming'),
    lteBands: lteBands & LOW_64,
    network: manual ? 'manual' : 'automatic',
    domain: number('domain'),
    gsmWcdmaOrder: number('gsmWcdmaOrder'),
    manual: manual ? splitPlmn(plmn) : { mcc: 0, mnc: 0, threeDigits: false },
    order: (['lte', 'umts', 'gsm'] as const).filter((radio) => detailsOf(profile).radios.includes(radio)),
    restriction: number('restriction'),
    usage: number('usage'),
    voiceDomain: number('voiceDomain'),
    extendedLteBands: {
      low: lteBands & LOW_64,
      midLow: (lteBands >> 64n) & LOW_64,
      midHigh: (lteBands >> 128n) & LOW_64,
      high: (lteBands >> 192n) & LOW_64,
    },
  } as const;
}

interface Wishes {
  readonly mode?: number | undefined;
  readonly bands?: bigint | undefined;
  readonly lteBands?: bigint | undefined;
  readonly extendedLteBands?:
    | { readonly low: bigint; readonly midLow: bigint; readonly midHigh: bigint; readonly high: bigint }
    | undefined;
  readonly network?:
    { readonly mode: 'automatic' | 'manual'; readonly mcc: number; readonly mnc: number } | undefined;
  readonly threeDigits?: boolean | undefined;
}

/** All that is asked for, or nothing of it. */
function inputsFor(
  call: QmiCall,
  wishes: Wishes & { readonly [K in ServicePreference]?: number | undefined },
): readonly Input[] | QmiErrorName {
  const inputs: Input[] = [];
  if (wishes.mode !== undefined) {
    const access = accessOf(call.profile, wishes.mode);
    if (!access) return 'InvalidArgument';
    inputs.push({ kind: 'setRadioAccess', access });
  }
  const bands = bandsOf(wishes);
  if (bands !== undefined) {
    const supported = bands & call.profile.lteBands;
    if (supported === 0n) return 'InvalidArgument';
    inputs.push({ kind: 'setLteBands', bands: supported });
  }
  return [...inputs, ...networkInputs(call, wishes), ...keptInputs(call, wishes)];
}

function bandsOf({ lteBands, extendedLteBands }: Wishes): bigint | undefined {
  if (!extendedLteBands) return lteBands;
  const { low, midLow, midHigh, high } = extendedLteBands;
  return low | (midLow << 64n) | (midHigh << 128n) | (high << 192n);
}

function networkInputs({ runtime }: QmiCall, { network, threeDigits }: Wishes): readonly Input[] {
  if (!network) return [];
  if (network.mode === 'automatic') return [{ kind: 'selectNetwork', selection: 'automatic' }];
  const plmn = plmnText(network, threeDigits, runtime.network.cell);
  return [{ kind: 'selectNetwork', selection: 'manual', plmn }];
}

/** Service domain: 3 attaches, 4 detaches; the rest is remembered. */
function keptInputs(
  { runtime }: QmiCall,
  wishes: Wishes & { readonly [K in ServicePreference]?: number | undefined },
): readonly Input[] {
  const named = [...keptNames, 'bands'] as const;
  const kept = named.flatMap((name) => (wishes[name] === undefined ? [] : [[name, wishes[name]] as const]));
  if (kept.length === 0) return [];
  const { domain, ...others } = Object.fromEntries(kept) as Record<string, number | bigint>;
  const before = runtime.state.stored.servicePreferences;
  const isState = domain !== undefined && domain < 3;
  const servicePreferences = { ...before, ...others, ...(isState ? { domain } : {}) };
  const store: Input = { kind: 'store', change: { servicePreferences } };
  if (domain === 3) return [store, { kind: 'attach' }];
  return domain === 4 ? [store, { kind: 'detach' }] : [store];
}

function modesOf(profile: ModemProfile, access: RadioAccess): number {
  const all = detailsOf(profile).radios.reduce((mask, radio) => mask | modeBit[radio], 0);
  const wanted = {
    automatic: all,
    lte: modeBit.lte,
    umts: modeBit.umts,
    'umts-lte': modeBit.umts | modeBit.lte,
  };
  return wanted[access] & all;
}

/** Undefined: nothing of it is a technology of this modem. */
function accessOf(profile: ModemProfile, modes: number): RadioAccess | undefined {
  const all = modesOf(profile, 'automatic');
  const wanted = modes & all;
  if (wanted === 0) return undefined;
  if (wanted === all) return 'automatic';
  if ((wanted & modeBit.lte) === 0) return 'umts';
  return wanted === modeBit.lte ? 'lte' : 'umts-lte';
}

function technologiesOf(access: RadioAccess): number {
  const { '3gpp': gpp, wcdma, lte } = technologyBit;
  return { automatic: 0, lte: gpp | lte, umts: gpp | wcdma, 'umts-lte': gpp | wcdma | lte }[access];
}

/** No bit at all stands for all of them. */
function modesOfTechnologies(technologies: number): number {
  if (technologies === 0) return modeBit.gsm | modeBit.umts | modeBit.lte;
  const { gsm, wcdma, lte } = technologyBit;
  return (
    ((technologies & gsm) !== 0 ? modeBit.gsm : 0) |
    ((technologies & wcdma) !== 0 ? modeBit.umts : 0) |
    ((technologies & lte) !== 0 ? modeBit.lte : 0)
  );
}
