import type { Ms } from '../../../../core/units.ts';
import type { QmiCommand, TlvSpecs, TlvValues } from '../../../../protocols/qmi/declare.ts';
import type { QmiErrorName } from '../../../../protocols/qmi/result.ts';
import type { ModemProfile } from '../../profile.ts';
import type { Runtime } from '../../runtime.ts';
import type { QmiClient } from './client.ts';

/** What a handler works with. */
export interface QmiCall {
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  /** Who asks: its service, its id, and what it has set up for itself. */
  readonly client: QmiClient;
  readonly now: () => Ms;
}

/** Expected refusals are data. A refusal may carry values too: why a call failed, how many tries a PIN has left. */
export type QmiAnswer<A extends TlvSpecs> =
  | { readonly values: TlvValues<A> }
  | { readonly error: QmiErrorName; readonly values?: Partial<TlvValues<A>> };

/** Answers one command; later, where the modem has to ask the network first. */
export interface QmiHandler {
  readonly command: QmiCommand;
  readonly answer: (call: QmiCall, request: never) => QmiAnswer<TlvSpecs> | Promise<QmiAnswer<TlvSpecs>>;
}

/** Joins a command's declaration with what the modem does about it, types checked. */
export function handle<Q extends TlvSpecs, A extends TlvSpecs>(
  command: QmiCommand<Q, A>,
  answer: (call: QmiCall, request: TlvValues<Q>) => QmiAnswer<A> | Promise<QmiAnswer<A>>,
): QmiHandler {
  return { command, answer } as unknown as QmiHandler;
}
