import { realpathSync } from 'node:fs';

import type { PowerValues } from '../power-schema.ts';
import type { LabRigFile } from '../rig-file.ts';
import { routerAddresses } from '../router-login.ts';

/**
 * What a lab rig is made of that only one at a time may touch. Two files that share one of these exclude each other,
 * whatever they are called: the rig's name is not among them.
 */
export function leaseKeys(file: LabRigFile): string[] {
  const { console, power, modemPower } = file;
  return [
    routerKey(file),
    ...(console ? [`console ${'tty' in console ? deviceOf(console.tty) : console.socket}`] : []),
    ...[power, modemPower].flatMap((values) => (values ? [powerKey(values)] : [])),
  ];
}

/** What of a switch tells which one it is; the rest is how it is used, which two files may say otherwise. */
const TELLING = ['url', 'host', 'hostname', 'output', 'channel', 'location', 'port', 'oid'] as const;

function powerKey(values: PowerValues): string {
  const { kind } = values;
  const told = Object.entries({ ...values }).filter(([name]) =>
    (TELLING as readonly string[]).includes(name),
  );
  const which = kind === 'command' ? { on: values.on } : Object.fromEntries(told);
  const url = 'url' in values ? { url: values.url.toLowerCase().replace(/\/+$/, '') } : {};
  return `power ${JSON.stringify({ kind, ...which, ...url })}`;
}

/** For people: `power switch tasmota (url http://plug.lab, output 1)`; what is no switch's is readable as it is. */
export function describeKey(key: string): string {
  const json = /^power (\{.*\})$/.exec(key)?.[1];
  if (json === undefined) return key;
  const { kind, on, ...rest } = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const told = TELLING.filter((name) => name in rest).map((name) => `${name} ${String(rest[name])}`);
  const how = Array.isArray(on) ? [`on: ${on.join(' ')}`] : told;
  return `power switch ${String(kind)} (${how.join(', ')})`;
}

/**
 * What undo notes and quarantines belong to: a state is one of a router, whatever switch it hangs on. Behind another jump
 * host the same address is another router.
 */
export const routerKey = ({ router }: LabRigFile): string =>
  `router ${routerAddresses(router)
    .map(({ host, port }) => `${host.toLowerCase()}:${port}`)
    .join(' by ')}`;

/** `/dev/serial/by-id/…` and `/dev/ttyUSB0` may be the same. */
function deviceOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
