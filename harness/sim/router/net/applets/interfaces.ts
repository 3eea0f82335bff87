import type { Ms } from '../../../../core/units.ts';
import type { Applet, Netifd } from '../../machine.ts';
import type { Stack } from '../stack.ts';
import { deviceStatus } from '../ubus/device-status.ts';
import { formatJson } from '../ubus/json.ts';
import { ubusError } from '../ubus/errors.ts';

/** A script that calls ubus once or twice. */
const SCRIPT_MS: Ms = 60;

/** `ifup [-w] [-a | NAME …]`: "down", then "up"; ends with 0 whether or not there is such an interface. Source: OpenWrt /sbin/ifup. */
export function createIfup(netifd: Netifd): Applet {
  return async (process) => {
    const words = process.argv.slice(1).filter((word) => word !== '-w');
    const down = process.argv[0]?.endsWith('ifdown') ?? false;
    if (words.length === 0) {
      process.out(`Usage: ${process.argv[0]} [-w] interface\n`);
      return 1;
    }
    await process.machine.clock.sleep(SCRIPT_MS, process.signal);
    const names = words.includes('-a') ? netifd.interfaceNames() : words;
    for (const name of names) {
      if (!netifd.down(name)) process.out(`Interface ${name} not found\n`);
      else if (!down) netifd.up(name);
    }
    return 0;
  };
}

/** `ifstatus NAME`: `ubus call network.interface.NAME status`. */
export function createIfstatus(netifd: Netifd): Applet {
  return (process) => {
    const name = process.argv[1];
    if (name === undefined || name === '') {
      process.out('Syntax: ifstatus <interface>\n');
      return 1;
    }
    const status = netifd.status(name);
    if (!status) {
      process.out(`Interface ${name} not found\n`);
      return 1;
    }
    process.out(`${formatJson(status)}\n`);
    return 0;
  };
}

/** `devstatus NAME`: `ubus call network.device status`. */
export function createDevstatus(stack: Stack): Applet {
  return (process) => {
    const name = process.argv[1] ?? '';
    const status = deviceStatus(stack, name);
    if (status) {
      process.out(`${formatJson(status)}\n`);
      return 0;
    }
    return ubusError(process, 'Invalid argument', `ubus call network.device status { "name": "${name}" }`);
  };
}
