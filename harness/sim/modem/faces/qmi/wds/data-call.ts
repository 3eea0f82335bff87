import type { Cancel } from '../../../../../core/clock.ts';
import type { Ms } from '../../../../../core/units.ts';
import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import type { Session, SmCause } from '../../../../network/network.ts';
import type { PdpContext } from '../../../state.ts';
import type { QmiClient } from '../client.ts';
import type { CallPlace, IpFamily, Lane } from '../data-path.ts';
import { networkEnd, type CallEnd } from './call-end.ts';
import type { CallRequest } from './context.ts';

/** A data call of this face: at most one in each place. */
export interface DataCall extends CallPlace {
  readonly request: CallRequest;
  readonly context: PdpContext;
  /** Its handle, by the client that started or joined it. */
  readonly holders: ReadonlyMap<QmiClient, number>;
  /** Undefined while it is being set up. */
  readonly lane: Lane | undefined;
  readonly connectedAt: Ms;
}

export type StartResult =
  | { readonly handle: number; readonly joined: boolean }
  | { readonly error: QmiErrorName; readonly end?: CallEnd };

/** A start that waits for its answer. */
export interface Pending {
  readonly client: QmiClient;
  readonly transaction: number;
  readonly done: (result: StartResult) => void;
}

/** Handles by client. */
export type CallHolders = Map<QmiClient, number>;

/** A call as its keeper has it. */
export interface LiveCall extends DataCall {
  readonly holders: CallHolders;
  lane: Lane | undefined;
  connectedAt: Ms;
  /** Starts that wait for the network's answer. */
  pending: readonly Pending[];
  /** Without service the modem looks for some before it gives up. */
  cancelTry: Cancel;
  /** Tries of autoconnect before this one. */
  readonly tries: number;
}

/** Its place among the calls of a face. */
export function keyOf({ channel, family }: CallPlace): string {
  return `${channel}/${family}`;
}

/** The network granted the other family alone (TS 24.301 9.9.4.4: 50 IPv4 only, 51 IPv6 only). */
export function lackOf(
  session: Session | { readonly refused: SmCause },
  family: IpFamily,
): CallEnd | undefined {
  if ('refused' in session) return networkEnd(session.refused);
  if (family === 4) return session.ipv4 ? undefined : networkEnd(51);
  return session.ipv6 ? undefined : networkEnd(50);
}
