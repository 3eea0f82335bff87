import { powerSecrets } from './open-power.ts';
import type { RigFile } from './rig-file.ts';

/** Literal secrets of a rig, for the timeline's redactor. */
export function secretsOf(file: RigFile): string[] {
  const router = file.kind === 'virtual' ? undefined : file.router.password;
  const environment = file.kind === 'lab' ? process.env[file.router.passwordEnv ?? ''] : undefined;
  const emulated = file.kind === 'lab' ? undefined : file;
  const planted = [emulated?.modem.sim?.pin, emulated?.network.authentication?.password];
  const switches = file.kind === 'lab' ? [file.power, file.modemPower].flatMap(powerSecrets) : [];
  const { password, pincode } = file.connection;
  return [router, environment, password, pincode, ...planted, ...switches].filter(
    (secret) => secret !== undefined,
  );
}
