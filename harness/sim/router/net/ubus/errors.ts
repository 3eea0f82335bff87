import type { Process } from '../../machine.ts';

/** libubus status texts with their numbers. Source: ubus ubusmsg.h, libubus.c. */
const STATUS = {
  'Invalid command': 1,
  'Invalid argument': 2,
  'Method not found': 3,
  'Not found': 4,
  'No response': 5,
  'Permission denied': 6,
  'Request timed out': 7,
} as const;

export type UbusStatus = keyof typeof STATUS;

const USAGE = `Usage: ubus [<options>] <command> [arguments...]
Options:
 -s <socket>:		Set the unix domain socket to connect to
 -t <timeout>:		Set the timeout (in seconds) for a command to complete
 -S:			Use simplified output (for scripts)
 -v:			More verbose output
 -m <type>:		(for monitor): include a specific message type
			(can be used more than once)
 -M <r|t>		(for monitor): only capture received or transmitted traffic

Commands:
 - list [<path>]			List objects
 - call <path> <method> [<message>]	Call an object method
 - subscribe <path> [<path>...]	Subscribe to object(s) notifications
 - listen [<path>...]			Listen for events
 - send <type> [<message>]		Send an event
 - wait_for <object> [<object>...]	Wait for multiple objects to appear on ubus
 - monitor				Monitor ubus traffic

`;

/**
 * Reports a failed call. The ubus of 25.12 prints the whole command for what the called object refused, gives the
 * negative number as exit status, and the usage with a wrong argument; older ones print the text alone.
 */
export function ubusError(process: Process, status: UbusStatus, command?: string): number {
  const number = STATUS[status];
  const modern = process.machine.flavour.packageManager === 'apk';
  if (!modern || command === undefined) {
    process.err(`Command failed: ${status}\n`);
    return number;
  }
  process.err(`Command failed: ${command} (${status})\n`);
  if (status === 'Invalid argument') process.err(USAGE);
  return 256 - number;
}

export function ubusUsage(process: Process): number {
  process.err(USAGE);
  return 2;
}
