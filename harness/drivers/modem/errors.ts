import { HarnessError } from '../../core/errors.ts';
import { describePackages, howToInstall, type Lacking } from '../../rig/packages.ts';
import type { UsbDevice } from '../../rig/router.ts';
import type { ModemModel } from './families/family.ts';
import { describeUser, endUsers, type PortUser } from './port-users.ts';

export function modemNotFound(model: ModemModel, devices: readonly UsbDevice[]): HarnessError {
  const ids = devices.map(usbId);
  const inBootLoader = ids.find((id) => model.bootLoader.includes(id));
  const seen = inBootLoader
    ? `${inBootLoader} is its boot loader`
    : `there is ${ids.join(', ') || 'nothing at all'}`;
  return new HarnessError(`no ${model.name} (${model.application.join(', ')}) on the router's USB: ${seen}`, {
    code: 'modem.not-found',
    blame: 'dut',
    effect: 'none',
    hint: inBootLoader
      ? 'its firmware is missing or was interrupted: flash it again'
      : 'check that it is seated and powered; `dmesg` tells whether it ever enumerated',
    data: { expected: model.application, found: ids },
  });
}

/** S2: it is in a composition without AT. */
export function noAtInterface(device: UsbDevice, interfaceNumber: number): HarnessError {
  return new HarnessError(
    `the modem at ${device.path} shows no interface ${interfaceNumber}: its USB composition has no AT port`,
    {
      code: 'modem.no-port',
      blame: 'dut',
      effect: 'none',
      hint: 'qmicli (package qmi-utils) on the router gets it back: wwanlab mode RIG qmi, or mbim',
      data: { path: device.path, interfaceNumber },
    },
  );
}

/** S2: the device is there and its AT interface has no serial port. */
export function noPort(
  device: UsbDevice,
  interfaceNumber: number,
  driver: string | undefined,
  lacking: Lacking | undefined,
): HarnessError {
  const hint = lacking
    ? `it lacks ${describePackages(lacking, ' and ')}: ${howToInstall(lacking)}`
    : `the driver is there: it is not loaded, does not know ${usbId(device)}, or another one took the interface: see dmesg`;
  return new HarnessError(
    `interface ${interfaceNumber} of the modem at ${device.path} has no serial port (driver ${driver ?? 'none'})`,
    {
      code: 'modem.no-port',
      blame: lacking ? 'rig' : 'dut',
      effect: 'none',
      hint,
      data: { path: device.path, interfaceNumber, driver, lacking: lacking?.packages },
    },
  );
}

export function portBusy(tty: string, users: readonly PortUser[]): HarnessError {
  const [first] = users;
  const calls = first !== undefined && /\b(?:pppd|chat)\b/.test(first.command);
  return new HarnessError(`/dev/${tty} is in use by ${users.map(describeUser).join(', ') || 'somebody'}`, {
    code: 'modem.port-busy',
    blame: 'test',
    effect: 'none',
    hint: calls
      ? 'ask the modem before the connection is dialled, or take it down first: PPP and AT share this port'
      : `two readers of one port steal each other's answers: if it may end, ${endUsers(users)}`,
    data: { tty, pid: first?.pid, users },
  });
}

/** S3: the port is there and nothing comes back. */
export function noAnswer(tty: string, command: string, received: readonly string[]): HarnessError {
  const got = received.length === 0 ? 'nothing' : 'no final result code';
  return new HarnessError(`the modem answers ${command} on ${tty} with ${got}`, {
    code: 'modem.no-answer',
    blame: 'dut',
    effect: 'unknown',
    hint: 'is this its AT port? If it is, the modem hangs: reset it or cut its power',
    data: { tty, command, received },
  });
}

export function noComgt(said: string, lacking: Lacking | undefined): HarnessError {
  return new HarnessError(`the modem cannot be asked: ${said.trim()}`, {
    code: 'rig.no-comgt',
    blame: 'rig',
    effect: 'none',
    hint: `AT commands go through gcom, of the package comgt${lacking ? `: ${howToInstall(lacking)}` : ''}`,
  });
}

export function noMode(model: ModemModel, mode: string): HarnessError {
  return new HarnessError(`the ${model.name} has no ${mode.toUpperCase()}`, {
    code: 'modem.no-mode',
    blame: 'test',
    effect: 'none',
    hint: `it has ${Object.keys(model.modes).join(', ')}`,
  });
}

export function modeRefused(model: ModemModel, mode: string, said: string): HarnessError {
  return new HarnessError(`the ${model.name} does not change its USB composition to ${mode}: ${said}`, {
    code: 'modem.mode-refused',
    blame: 'dut',
    effect: 'unknown',
    hint: 'nothing changes before its next restart; ask it for its composition to see what that will be',
  });
}

export function fccRefused(model: ModemModel, said: string): HarnessError {
  return new HarnessError(`the ${model.name} does not take the FCC authentication: ${said.trim()}`, {
    code: 'modem.fcc-refused',
    blame: 'dut',
    effect: 'unknown',
    hint: 'does it need one? AT!PCINFO? shows BIOS:1 where it does: wwanlab at RIG AT!PCINFO?',
  });
}

export function restartRefused(model: ModemModel, said: string): HarnessError {
  return new HarnessError(`the ${model.name} does not restart: ${said.trim()}`, {
    code: 'modem.restart-refused',
    blame: 'dut',
    effect: 'unknown',
    hint: 'cut its power',
  });
}

export function noBand(
  model: ModemModel,
  unknown: readonly number[],
  known: readonly number[],
): HarnessError {
  const list = (bands: readonly number[]): string => bands.map((band) => `B${band}`).join(', ');
  return new HarnessError(`the ${model.name} does not know ${list(unknown)}`, {
    code: 'modem.no-band',
    blame: 'test',
    effect: 'none',
    hint: `it knows ${list(known)}`,
    data: { unknown, known },
  });
}

export function bandsRefused(model: ModemModel, said: string): HarnessError {
  return new HarnessError(`the ${model.name} does not take these bands: ${said}`, {
    code: 'modem.bands-refused',
    blame: 'dut',
    effect: 'unknown',
    hint: 'ask it which bands it may use now: wwanlab band RIG',
  });
}

/** What can't be told again can't be put back. */
export function unknownBands(lines: readonly string[]): HarnessError {
  return new HarnessError('the modem has a mask of bands that is none of its sets (AT!BAND)', {
    code: 'modem.unknown-bands',
    blame: 'rig',
    effect: 'none',
    hint: 'somebody set it over QMI; AT!BAND=00 gives it all its bands: wwanlab at RIG AT!BAND=00',
    data: { lines },
  });
}

/** Which bands it has is in no reply of its own. */
export function unknownVariant(revision: string, known: readonly string[]): HarnessError {
  return new HarnessError(`which bands an EC25 with the revision "${revision}" has is not known here`, {
    code: 'modem.unknown-variant',
    blame: 'harness',
    effect: 'none',
    hint: `known are ${known.map((name) => `EC25-${name}`).join(', ')}; by hand: wwanlab at RIG 'AT+QCFG="band"'`,
  });
}

/** A set that is defined without them would forbid what they allow. */
export function moreMasks(): HarnessError {
  return new HarnessError(
    "AT!BAND of this firmware has masks for bands above 64, and wwanlab can't set those",
    {
      code: 'modem.bands-unsettable',
      blame: 'harness',
      effect: 'none',
      hint: 'choose one of the sets that AT!BAND=? lists: wwanlab at RIG AT!BAND=09',
    },
  );
}

export function noBandSet(numbers: readonly string[]): HarnessError {
  return new HarnessError(`all of the modem's sets for users' bands are taken (${numbers.join(', ')})`, {
    code: 'modem.no-band-set',
    blame: 'rig',
    effect: 'none',
    hint: 'AT!BAND=? shows them; name one of them wwanlab and it will be used',
  });
}

/** It would leave nothing to ask the modem through. */
export function locksOut(model: ModemModel, command: string, reason: string, kernel: string): HarnessError {
  return new HarnessError(`${command} is not sent to the ${model.name}: ${reason}`, {
    code: 'modem.locks-out',
    blame: 'test',
    effect: 'none',
    hint: 'with --force it is sent all the same; have another way to the modem first',
    data: { command, kernel },
  });
}

/** A reply that no known firmware gives. */
export function unexpectedReply(command: string, lines: readonly string[]): HarnessError {
  return new HarnessError(
    `the modem's reply to ${command} is not understood: ${lines.join(' / ') || 'empty'}`,
    {
      code: 'modem.unexpected-reply',
      blame: 'harness',
      effect: 'none',
      data: { command, lines },
    },
  );
}

export function usbId(device: UsbDevice): string {
  return `${device.vendorId}:${device.productId}`;
}
