import type { Credentials, PdpType, Session, SmCause } from '../../../network/network.ts';
import type { Runtime } from '../../runtime.ts';
import type { DataChannel } from './data-channel.ts';

/**
 * Sessions that a host can have at once: device caps, and virtual LANs 0 to 7 of cdc_mbim. Their ids lie below; any other
 * is a wrong parameter, whatever is asked for it.
 */
export const MAX_SESSIONS = 8;

/** Contexts of sessions are the modem's own, apart from those of AT and QMI. */
const FIRST_CID = 200;

export interface SessionWish {
  readonly apn: string;
  readonly type: PdpType;
  readonly credentials: Credentials | undefined;
  /** UUID, told back. */
  readonly contextType: string;
}

export type MbimSession = {
  readonly id: number;
  readonly contextType: string;
} & ({ readonly state: 'activating' } | { readonly state: 'activated'; readonly session: Session });

/** The data sessions that a host has set up: each is a context and its bearer in the machine. */
export interface MbimSessions {
  of(id: number): MbimSession | undefined;
  /** A call of QMI has the number of this session. */
  isTaken(id: number): boolean;
  activate(id: number, wish: SessionWish): Promise<Session | { readonly refused: SmCause }>;
  deactivate(id: number): void;
  /** The bearer with this context ended by itself. Undefined: it was none of these. */
  ended(cid: number): MbimSession | undefined;
  /** The host is gone. */
  close(): void;
}

/** @param channel where their packets go */
export function createSessions(
  runtime: Runtime,
  channel: Pick<DataChannel, 'bind' | 'isBound'>,
): MbimSessions {
  const sessions = new Map<number, MbimSession>();

  const forget = (id: number): void => {
    if (!sessions.delete(id)) return;
    channel.bind(id, undefined);
  };

  const deactivate = (id: number): void => {
    if (!sessions.has(id)) return;
    forget(id);
    runtime.disconnect(FIRST_CID + id);
    runtime.input({ kind: 'undefineContext', cid: FIRST_CID + id });
  };

  return {
    of: (id) => sessions.get(id),
    isTaken: (id) => !sessions.has(id) && channel.isBound(id),
    activate: (id, { apn, type, credentials, contextType }) => {
      const cid = FIRST_CID + id;
      const pending: MbimSession = { id, contextType, state: 'activating' };
      sessions.set(id, pending);
      runtime.input({ kind: 'defineContext', context: { cid, apn, type, credentials } });
      return new Promise((resolve) => {
        runtime.connect(cid, {}, (answer) => {
          const wanted = sessions.get(id) === pending;
          if (wanted && 'refused' in answer) {
            forget(id);
            runtime.input({ kind: 'undefineContext', cid });
          } else if (wanted && !('refused' in answer)) {
            sessions.set(id, { id, contextType, state: 'activated', session: answer });
            channel.bind(id, answer);
          }
          resolve(answer);
        });
      });
    },
    deactivate,
    ended: (cid) => {
      const session = sessions.get(cid - FIRST_CID);
      if (session?.state !== 'activated') return undefined;
      forget(session.id);
      runtime.input({ kind: 'undefineContext', cid });
      return session;
    },
    close: () => {
      for (const id of sessions.keys()) deactivate(id);
    },
  };
}
