import { realpathSync } from 'node:fs';

import type { LabRigFile } from '../rig-file.ts';
import { routerAddress } from '../router-login.ts';

/**
 * What a lab rig is made of that only one at a time may touch. Two files that share one of these exclude each other,
 * whatever they are called: the rig's name is not among them.
 */
export function leaseKeys(file: LabRigFile): string[] {
  const { console, power, modemPower } = file;
  return [
    routerKey(file),
    ...(console ? [`console ${'tty' in console ? deviceOf(console.tty) : console.socket}`] : []),
    ...[power, modemPower].flatMap((values) => (values ? [`power ${JSON.stringify(values)}`] : [])),
  ];
}

/** What of a switch tells people which one it is. */
const TELLING = ['url', 'host', 'hostname', 'output', 'channel', 'location', 'port', 'oid'];

/** For people: `power switch tasmota (url http://plug.lab, output 1)`; what is no switch's is readable as it is. */
export function describeKey(key: string): string {
  const json = /^power (\{.*\})$/.exec(key)?.[1];
  if (json === undefined) return key;
  const { kind, on, ...rest } = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const told = TELLING.filter((name) => name in rest).map((name) => `${name} ${String(rest[name])}`);
  const how = Array.isArray(on) ? [`on: ${on.join(' ')}`] : told;
  return `power switch ${String(kind)} (${how.join(', ')})`;
}

/** What undo notes and quarantines belong to: a state is one of a router, whatever switch it hangs on. */
export function routerKey({ router }: LabRigFile): string {
  const { host, port, jump } = routerAddress(router);
  // Behind another jump host the same address is another router.
  const via = jump ? ` by ${jump.host.toLowerCase()}:${jump.port}` : '';
  return `router ${host.toLowerCase()}:${port}${via}`;
}

/** `/dev/serial/by-id/…` and `/dev/ttyUSB0` may be the same. */
function deviceOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
