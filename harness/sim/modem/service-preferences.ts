import type { ModemState } from './state.ts';

/** Any network, data and voice, in the modem's own order: as delivered (numbers of QMI NAS). */
export const factoryPreferences = {
  roaming: 0xff,
  domain: 2,
  gsmWcdmaOrder: 0,
  restriction: 0,
  usage: 2,
  voiceDomain: 0,
} as const;

export type ServicePreference = keyof typeof factoryPreferences;

/** What the user set, or what it was delivered with. */
export function servicePreference({ stored }: ModemState, name: ServicePreference): number {
  return Number(stored.servicePreferences[name] ?? factoryPreferences[name]);
}
