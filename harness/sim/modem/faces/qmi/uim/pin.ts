import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import * as uim from '../../../../../protocols/qmi/uim/pin.ts';
import { changePin, protectPin, unblockPin, verifyPin, type PinResult } from '../card-pin.ts';
import { handle, type QmiAnswer, type QmiHandler } from '../handler.ts';

type PinName = 'unknown' | 'pin1' | 'pin2' | 'upin' | 'hidden-key';

export const pinHandlers: readonly QmiHandler[] = [
  handle(uim.uimSetPinProtection, ({ runtime }, { info }) =>
    answer(info.id, () => protectPin(runtime, info.enabled, info.pin)),
  ),
  handle(uim.uimVerifyPin, ({ runtime }, { info }) => answer(info.id, () => verifyPin(runtime, info.pin))),
  handle(uim.uimUnblockPin, ({ runtime }, { info }) =>
    answer(info.id, () => unblockPin(runtime, info.puk, info.newPin)),
  ),
  handle(uim.uimChangePin, ({ runtime }, { info }) =>
    answer(info.id, () => changePin(runtime, info.pin, info.newPin)),
  ),
];

/** With what the card said (TS 102 221 10.2.1): 63 Cx is a wrong PIN and x tries left, 69 83 a blocked one. */
function answer(id: PinName, attempt: () => PinResult): QmiAnswer<typeof uim.uimVerifyPin.response> {
  if (id !== 'pin1') return { error: 'InvalidPinId' };
  const { error, retries } = attempt();
  if (!error) return { values: { retries, cardResult: { sw1: 0x90, sw2: 0x00 } } };
  return { error, values: { retries, cardResult: statusWord(error, retries?.verifyLeft ?? 0) } };
}

function statusWord(error: QmiErrorName, left: number) {
  if (error === 'IncorrectPin') return { sw1: 0x63, sw2: 0xc0 | left };
  return error === 'PinBlocked' || error === 'PinAlwaysBlocked' ? { sw1: 0x69, sw2: 0x83 } : undefined;
}
