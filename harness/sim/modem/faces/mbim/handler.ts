import type { Clock } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';
import type { MbimCommand } from '../../../../protocols/mbim/declare.ts';
import type { MbimStatusName } from '../../../../protocols/mbim/status.ts';
import type { ModemProfile } from '../../profile.ts';
import type { Runtime } from '../../runtime.ts';
import type { MbimSession, MbimSessions } from './sessions.ts';
import type { MbimSettings } from './settings.ts';

/** What a handler works with. */
export interface MbimCall {
  readonly clock: Clock;
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  readonly sessions: MbimSessions;
  readonly settings: MbimSettings;
  /** The host has set when it wants signal reports. */
  planReports(): void;
  /** The host may want to hear of the signal what it has not been told. */
  lookAtSignal(): void;
  /** A session that the host asked for is up. */
  tellConfiguration(session: MbimSession): void;
  /** Resolves when the modem says that something changed and `check` is true, or after so long. */
  until(check: () => boolean, limit: Ms): Promise<void>;
}

/** Expected refusals are data. A refusal may carry values too: why a connection failed, how many tries a PIN has. */
export type MbimAnswer<R> = (
  { readonly values: R } | { readonly status: MbimStatusName; readonly values?: R }
) & {
  /** Done as soon as the answer stands in the queue: indications that follow it. */
  readonly afterwards?: () => void;
};

type Answering<V, R> = (call: MbimCall, value: V) => MbimAnswer<R> | Promise<MbimAnswer<R>>;

/** Answers one command; later, where the modem has to ask the network first. */
export interface MbimHandler {
  readonly command: MbimCommand;
  readonly query: Answering<never, unknown> | undefined;
  readonly set: Answering<never, unknown> | undefined;
}

interface Answers<Q, S, R> {
  readonly query?: Answering<Q, R>;
  readonly set?: Answering<S, R>;
}

/** Joins a command's declaration with what the modem does about it, types checked: `handle(radioState)({ query, set })`. */
export function handle<Q, S, R>(command: MbimCommand<Q, S, R>): (answers: Answers<Q, S, R>) => MbimHandler {
  return ({ query, set }) => ({ command: command as unknown as MbimCommand, query, set });
}
