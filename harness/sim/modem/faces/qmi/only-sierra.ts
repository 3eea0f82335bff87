import type { QmiAnswer, QmiCall } from './handler.ts';
import type { TlvSpecs } from '../../../../protocols/qmi/declare.ts';

type Answer<R, A extends TlvSpecs> = (call: QmiCall, request: R) => QmiAnswer<A>;

/** Commands that other makers' firmware does not know. */
export function onlySierra<R, A extends TlvSpecs>(answer: Answer<R, A>): Answer<R, A> {
  return (call, request) =>
    call.profile.at.vendor === 'sierra' ? answer(call, request) : { error: 'InvalidQmiCommand' };
}
