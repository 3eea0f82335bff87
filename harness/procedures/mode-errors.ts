import { HarnessError, isHarnessError } from '../core/errors.ts';
import type { DataMode } from '../rig/modem.ts';
import type { Rig } from '../rig/rig.ts';
import type { UsbDevice } from '../rig/router.ts';
import { findModem, wholeModes } from './modem-rungs.ts';

/** The modem fell silent, left USB, or did not leave it, amid a change of mode: not that it refused. */
const BREAKS: ReadonlySet<string> = new Set([
  'modem.no-answer',
  'modem.not-found',
  'modem.no-port',
  'modem.unexpected-reply',
  'expectation.unmet',
]);

export function isBreak(error: unknown): error is HarnessError {
  return isHarnessError(error) && BREAKS.has(error.code);
}

/** @param devices what USB shows now */
export function brokenOff(
  rig: Pick<Rig, 'name' | 'modem'>,
  to: DataMode,
  devices: readonly UsbDevice[],
  cause: HarnessError,
): HarnessError {
  const device = findModem(rig, devices);
  const whole = wholeModes(rig, device);
  const shown = device
    ? `USB shows it at ${device.path}, with all drivers for ${whole.join(', ') || 'no mode'}`
    : 'it is not on USB now';
  // What the router lacks comes by itself no more than a driver does.
  const first =
    cause.blame === 'rig' && cause.hint !== undefined ? `${cause.hint}; then` : 'once the modem answers,';
  return new HarnessError(`the change to ${to} broke off: ${cause.message}; ${shown}`, {
    code: 'mode.broken-off',
    blame: cause.blame,
    effect: 'unknown',
    hint: `netifd's interface is down and as it was; ${first} type it again: wwanlab mode ${rig.name} ${to}`,
    data: { to, present: device !== undefined, whole },
    cause,
  });
}

export const noSuchMode = ({ modem }: Pick<Rig, 'modem'>, mode: DataMode): HarnessError =>
  new HarnessError(`the ${modem.model} has no ${mode.toUpperCase()}; nothing was changed`, {
    code: 'modem.no-mode',
    blame: 'test',
    effect: 'none',
    hint: `it has ${Object.keys(modem.modes).join(', ')}`,
  });

/** @param why `interface 3 of the modem at 1-1 has no serial port` */
export const cannotCompose = (rigName: string, to: DataMode, why: HarnessError): HarnessError =>
  new HarnessError(
    `USB does not show the modem in ${to} mode, and it can't be told from here: ${why.message}; nothing was changed`,
    {
      code: 'mode.out-of-reach',
      blame: why.blame,
      effect: 'none',
      hint: `${why.hint === undefined ? '' : `${why.hint}; then `}type it again: wwanlab mode ${rigName} ${to}`,
      cause: why,
    },
  );
