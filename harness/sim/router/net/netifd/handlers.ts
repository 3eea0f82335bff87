import type { RouterMachine } from '../../machine.ts';
import type { ModemProfile } from '../../../modem/profile.ts';
import type { Flavour } from '../../flavour.ts';
import type { Stack } from '../stack.ts';
import { cdcEther, serialDriverOf } from '../usb/drivers.ts';
import { hasRawIp } from '../usb/sysfs.ts';
import { createProto3g } from './proto-3g.ts';
import { createProtoMbim } from './proto-mbim.ts';
import { createProtoQmi } from './proto-qmi.ts';
import type { Proto } from './types.ts';

/** The packages that bring the handlers of a modem's protocols. */
const handlers: readonly {
  readonly package: string;
  readonly name: string;
  readonly create: (machine: RouterMachine, stack: Stack) => Proto;
}[] = [
  { package: 'comgt', name: '3g', create: createProto3g },
  { package: 'uqmi', name: 'qmi', create: createProtoQmi },
  { package: 'umbim', name: 'mbim', create: createProtoMbim },
];

/** Names of the protocols that a firmware has a handler for. */
function installed({ packages }: Flavour): readonly string[] {
  return handlers.filter((handler) => handler.package in packages).map(({ name }) => name);
}

/**
 * Those that can work with a modem, netifd's own `dhcp` where the driver of ECM is there, and `at` where comgt can ask it. `3g` and `at` take a driver for its serial ports; without
 * raw IP in the kernel, QMI gets no packet through a modem since MDM9x30: older ones speak QMI with 802.3 frames.
 */
export function waysToModem(flavour: Flavour, { usb, qmi }: ModemProfile): readonly string[] {
  const serial = serialDriverOf(usb.vendorId).package in flavour.packages;
  const ethernet = cdcEther.package in flavour.packages ? ['dhcp'] : [];
  const dialled = installed(flavour).flatMap((name) => {
    if (name === '3g') return serial ? ['at', name] : [];
    return name !== 'qmi' || qmi?.framing === 'either' || hasRawIp(flavour.kernel) ? [name] : [];
  });
  return [...dialled, ...ethernet];
}

/** What the 3g handler runs, by package. */
const DIALLERS = { chat: 'chat', ppp: 'pppd' };

/** The handlers that are installed; each has its script, and 3g its programs, which is what others look for. */
export function installHandlers(machine: RouterMachine, stack: Stack): readonly Proto[] {
  const names = installed(machine.flavour);
  for (const name of names) standIn(machine, `/lib/netifd/proto/${name}.sh`);
  for (const [name, program] of Object.entries(DIALLERS))
    if (name in machine.flavour.packages) standIn(machine, `/usr/sbin/${program}`);
  return handlers.filter(({ name }) => names.includes(name)).map(({ create }) => create(machine, stack));
}

function standIn({ files }: RouterMachine, path: string): void {
  files.write(path, '#!/bin/sh\n# part of the model: see harness/sim/router/net/netifd\n');
  files.chmod(path, 0o755);
}
