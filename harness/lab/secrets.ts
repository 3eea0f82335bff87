import { powerSecrets } from './open-power.ts';
import type { RigFile } from './rig-file.ts';
import type { LoginValues } from './router-schema.ts';

/** Literal secrets of a rig, for the timeline's redactor. */
export function secretsOf(file: RigFile): string[] {
  const logins =
    file.kind === 'lab'
      ? [file.router, file.router.factory, file.router.jump, file.router.jump?.jump].flatMap(loginSecrets)
      : [simPassword(file)];
  const emulated = file.kind === 'lab' ? undefined : file;
  const planted = [emulated?.modem.sim?.pin, emulated?.network.authentication?.password];
  const switches = file.kind === 'lab' ? [file.power, file.modemPower].flatMap(powerSecrets) : [];
  const { password, pincode } = file.connection;
  return [...logins, password, pincode, ...planted, ...switches].filter((secret) => secret !== undefined);
}

const simPassword = (file: RigFile): string | undefined =>
  file.kind === 'sim' ? file.router.password : undefined;

function loginSecrets(
  login: Partial<Pick<LoginValues, 'password' | 'passwordEnv' | 'passphraseEnv'>> = {},
): (string | undefined)[] {
  const { password, passwordEnv = '', passphraseEnv = '' } = login;
  return [password, process.env[passwordEnv], process.env[passphraseEnv]];
}
