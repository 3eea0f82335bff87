import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import * as uim from '../../../../../protocols/qmi/uim/pin.ts';
import { changePin, protectPin, trySecondPin, unblockPin, verifyPin, type PinResult } from '../card-pin.ts';
import { handle, type QmiAnswer, type QmiHandler } from '../handler.ts';

type PinName = 'unknown' | 'pin1' | 'pin2' | 'upin' | 'hidden-key';

export const pinHandlers: readonly QmiHandler[] = [
  // The second PIN can't be disabled.
  handle(uim.uimSetPinProtection, ({ runtime }, { info }) =>
    answer(info.id === 'pin1' ? protectPin(runtime, info.enabled, info.pin) : undefined),
  ),
  handle(uim.uimVerifyPin, ({ runtime }, { info: { id, pin } }) =>
    answer(
      ofPin(
        id,
        () => verifyPin(runtime, pin),
        () => trySecondPin(runtime, { kind: 'verify', pin }),
      ),
    ),
  ),
  handle(uim.uimUnblockPin, ({ runtime }, { info: { id, puk, newPin } }) =>
    answer(
      ofPin(
        id,
        () => unblockPin(runtime, puk, newPin),
        () => trySecondPin(runtime, { kind: 'unblock', puk, newPin }),
      ),
    ),
  ),
  handle(uim.uimChangePin, ({ runtime }, { info: { id, pin, newPin } }) =>
    answer(
      ofPin(
        id,
        () => changePin(runtime, pin, newPin),
        () => trySecondPin(runtime, { kind: 'change', pin, newPin }),
      ),
    ),
  ),
];

/** @returns undefined: the card has no such PIN */
function ofPin(id: PinName, first: () => PinResult, second: () => PinResult): PinResult | undefined {
  if (id === 'pin1') return first();
  return id === 'pin2' ? second() : undefined;
}

/** With what the card said (TS 102 221 10.2.1): 63 Cx is a wrong PIN and x tries left, 69 83 a blocked one. */
function answer(result: PinResult | undefined): QmiAnswer<typeof uim.uimVerifyPin.response> {
  if (!result) return { error: 'InvalidPinId' };
  const { error, retries } = result;
  if (!error) return { values: { retries, cardResult: { sw1: 0x90, sw2: 0x00 } } };
  return { error, values: { retries, cardResult: statusWord(error, retries?.verifyLeft ?? 0) } };
}

function statusWord(error: QmiErrorName, left: number) {
  if (error === 'IncorrectPin') return { sw1: 0x63, sw2: 0xc0 | left };
  return error === 'PinBlocked' || error === 'PinAlwaysBlocked' ? { sw1: 0x69, sw2: 0x83 } : undefined;
}
