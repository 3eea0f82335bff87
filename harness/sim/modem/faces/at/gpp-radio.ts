import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import type { Cell } from '../../../network/network.ts';
import { isHeldDown, isRadioOn, type Functionality } from '../../state.ts';
import { cmeError, constant, integerIn, ok, portSetting } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.007 8: power and signal. */
export const gppRadio: Family = {
  '+CFUN': { read: readFunctionality, set: setFunctionality, test: constant('+CFUN: (0,1,4),(0,1)') },
  '+CSQ': { exec: signalQuality, test: constant('+CSQ: (0-31,99),(0-7,99)') },
  '+CESQ': {
    exec: extendedQuality,
    test: constant('+CESQ: (0-63,99),(0-7,99),(0-96,255),(0-49,255),(0-34,255),(0-97,255)'),
  },
  '+CMEE': portSetting('+CMEE', 'errorLevel', 2),
};

/** The cell that the modem camps on, with its signal of now. */
export function signalOf({ runtime }: AtCall): Cell | undefined {
  const { cell } = runtime.state.registration;
  if (!cell || !isRadioOn(runtime.state)) return undefined;
  return runtime.network.cell ?? cell;
}

function readFunctionality({ runtime }: AtCall): AtAnswer {
  const { functionality, voters } = runtime.state.radio;
  return ok(`+CFUN: ${functionality === 1 && isHeldDown(voters) ? 0 : functionality}`);
}

function setFunctionality({ runtime }: AtCall, values: readonly AtValue[]): AtAnswer {
  const level = integerIn(values[0], 0, 4);
  const restart = values.length > 1 ? integerIn(values[1], 0, 1) : 0;
  if ((level !== 0 && level !== 1 && level !== 4) || restart === undefined) {
    return cmeError(cme.incorrectParameters);
  }
  if (restart === 1) {
    runtime.input({ kind: 'reset' });
    return ok();
  }
  // FCC lock: the radio does not come on for a command (fault F50).
  if (level === 1 && runtime.state.radio.voters.bios) return cmeError(cme.notSupported);
  runtime.input({ kind: 'setFunctionality', level: level as Functionality });
  return ok();
}

/** RSSI in 2 dB steps from -113 dBm (TS 27.007 8.5). */
export function csqOf(cell: Cell | undefined): number {
  return cell ? clamp(Math.round((cell.rssiDbm + 113) / 2), 0, 31) : 99;
}

function signalQuality(at: AtCall): AtAnswer {
  return ok(`+CSQ: ${csqOf(signalOf(at))},99`);
}

/** RSRQ and RSRP by TS 36.133 9.1.7 and 9.1.4; the first four are for other access technologies. */
function extendedQuality(at: AtCall): AtAnswer {
  const cell = signalOf(at);
  if (!cell) return ok('+CESQ: 99,99,255,255,255,255');
  const rsrq = clamp(Math.floor((cell.rsrqDb + 20) * 2) + 1, 0, 34);
  const rsrp = clamp(Math.floor(cell.rsrpDbm + 141), 0, 97);
  return ok(`+CESQ: 99,99,255,255,${rsrq},${rsrp}`);
}

function clamp(n: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, n));
}
