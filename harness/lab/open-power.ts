import { httpSwitch } from '../drivers/power/http.ts';
import { programSwitch, snmpSwitch, uhubctlSwitch } from '../drivers/power/program.ts';
import type { PowerSwitch } from '../rig/power.ts';
import type { HttpLogin } from '../transport/http-login.ts';
import { secretFrom } from './environment.ts';
import type { PowerValues } from './power-schema.ts';

/**
 * The switch that a rig file describes; nothing is switched or asked yet.
 * @throws HarnessError `rig.no-password` where the environment lacks a secret that the file takes from it
 */
export function openPower(path: string, values: PowerValues): PowerSwitch {
  const { leastOff } = values;
  switch (values.kind) {
    case 'command':
      return programSwitch(`the switch of ${values.on[0]}`, leastOff, values);
    case 'uhubctl':
      return uhubctlSwitch(values.location, values.port, leastOff);
    case 'snmp': {
      const { communityEnv } = values;
      const community = communityEnv === undefined ? 'private' : secretFrom(path, communityEnv);
      return snmpSwitch({ ...values, community }, leastOff);
    }
    case 'tasmota':
    case 'shelly':
    case 'pdudaemon':
      return httpSwitch({ ...values, login: loginOf(path, values) }, leastOff);
  }
}

function loginOf(
  path: string,
  { user, passwordEnv }: { readonly user?: string | undefined; readonly passwordEnv?: string | undefined },
): HttpLogin | undefined {
  if (user === undefined && passwordEnv === undefined) return undefined;
  return { user: user ?? 'admin', password: passwordEnv === undefined ? '' : secretFrom(path, passwordEnv) };
}

/** Environment variables that hold secrets of a switch. */
export function powerSecrets(values: PowerValues | undefined): string[] {
  if (!values) return [];
  const names = [
    'passwordEnv' in values ? values.passwordEnv : undefined,
    'communityEnv' in values ? values.communityEnv : undefined,
  ];
  return names.flatMap((name) => process.env[name ?? ''] ?? []);
}
