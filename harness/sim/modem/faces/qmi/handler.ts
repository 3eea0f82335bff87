import type { Ms } from '../../../../core/units.ts';
import type { QmiCommand, QmiIndication, TlvSpecs, TlvValues } from '../../../../protocols/qmi/declare.ts';
import type { QmiErrorName } from '../../../../protocols/qmi/result.ts';
import type { QmiServiceName } from '../../../../protocols/qmi/services.ts';
import type { ModemProfile } from '../../profile.ts';
import type { Runtime } from '../../runtime.ts';
import type { Indication } from '../../turn.ts';
import type { QmiClient } from './client.ts';

/** What a handler works with. */
export interface QmiCall {
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  /** Who asks: its service, its id, and what it has set up for itself. */
  readonly client: QmiClient;
  /** Of the request: WDS Abort names a command by it. */
  readonly transaction: number;
  readonly now: () => Ms;
}

/** Expected refusals are data. A refusal may carry values too: why a call failed, how many tries a PIN has left. */
export type QmiAnswer<A extends TlvSpecs> = (
  | { readonly values: TlvValues<A> }
  | { readonly error: QmiErrorName; readonly values?: Partial<TlvValues<A>> }
) & {
  /** Done as soon as the response stands in the queue: indications that follow it, a restart. */
  readonly afterwards?: () => void;
};

/** Answers one command; later, where the modem has to ask the network first. */
export interface QmiHandler {
  readonly command: QmiCommand;
  readonly answer: (call: QmiCall, request: never) => QmiAnswer<TlvSpecs> | Promise<QmiAnswer<TlvSpecs>>;
}

/** Joins a command's declaration with what the modem does about it, types checked. */
export function handle<Q extends TlvSpecs, A extends TlvSpecs>(
  command: QmiCommand<Q, A>,
  answer: (
    call: QmiCall,
    request: TlvValues<NoInfer<Q>>,
  ) => QmiAnswer<NoInfer<A>> | Promise<QmiAnswer<NoInfer<A>>>,
): QmiHandler {
  return { command, answer } as unknown as QmiHandler;
}

/** An indication on its way: what it says, and which clients of its service get it. */
export interface QmiNews {
  readonly indication: QmiIndication;
  readonly values: Readonly<Record<string, unknown>>;
  /** Left out: all of them, in one frame. */
  readonly to?: (client: QmiClient) => boolean;
}

/** News for the clients that asked for this indication; with `to`, for those alone; `everyone`: asked or not. */
export function news<I extends TlvSpecs>(
  indication: QmiIndication<I>,
  values: TlvValues<I>,
  to: 'everyone' | ((client: QmiClient) => boolean) = (client) => client.indications.has(indication.id),
): QmiNews {
  const untyped = { indication: indication as unknown as QmiIndication, values };
  return to === 'everyone' ? untyped : { ...untyped, to };
}

/** What a service looks at when it puts the modem's news into its own words. */
export interface QmiFacts {
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  readonly now: () => Ms;
}

/** One service of the modem: what it answers, and what it says unasked. */
export interface QmiService {
  readonly service: QmiServiceName;
  /** Of the service's interface, as CTL Get Version Info gives it. */
  readonly version: readonly [major: number, minor: number];
  readonly handlers: readonly QmiHandler[];
  /** The service's indications about something that has happened to the modem. */
  readonly indications?: (facts: QmiFacts, what: Indication) => readonly QmiNews[];
  /** This client is gone: what it holds ends. */
  readonly released?: (client: QmiClient) => void;
  /** The function leaves USB: timers end. */
  readonly close?: () => void;
}
