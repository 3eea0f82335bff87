import type { InterfaceStatus } from '../../rig/router.ts';
import { unexpectedOutput } from './errors.ts';
import { objectsAt, parseObject, textAt, textsAt, type JsonObject } from './json.ts';

/** Reads what `ifstatus NAME` prints. Source: netifd ubus.c, netifd_dump_status. @throws `openwrt.unexpected-output` */
export function parseInterfaceStatus(name: string, text: string): InterfaceStatus {
  const command = `ifstatus ${name}`;
  const status = parseObject(command, text);
  const flag = (key: string): boolean => {
    const value = status[key];
    if (typeof value !== 'boolean') throw unexpectedOutput(command, text, `"${key}" to be true or false`);
    return value;
  };
  const { uptime } = status;
  const device = textAt(status, 'l3_device') ?? textAt(status, 'device');
  return {
    name,
    up: flag('up'),
    pending: flag('pending'),
    available: flag('available'),
    proto: textAt(status, 'proto') ?? 'none',
    ...(typeof uptime === 'number' ? { uptimeMs: uptime * 1_000 } : {}),
    ...(device === undefined ? {} : { device }),
    addresses: [...addressesAt(status, 'ipv4-address'), ...addressesAt(status, 'ipv6-address')],
    dnsServers: textsAt(status, 'dns-server'),
    hasDefaultRoute: objectsAt(status, 'route').some((route) => route['mask'] === 0),
    errors: objectsAt(status, 'errors').map((error) => ({
      subsystem: textAt(error, 'subsystem') ?? '',
      code: textAt(error, 'code') ?? '',
    })),
  };
}

function addressesAt(status: JsonObject, key: string): string[] {
  return objectsAt(status, key).map((item) => `${textAt(item, 'address') ?? '?'}/${String(item['mask'])}`);
}
