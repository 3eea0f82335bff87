import { qmiMessage } from '../../../../protocols/mbim/other-services.ts';
import type { FunctionOptions } from '../../function.ts';
import { joinFamilies } from '../link/families.ts';
import { createLanes, type DataPath, type Lanes } from '../qmi/data-path.ts';
import { createQmiDispatcher, type QmiDispatcher } from '../qmi/dispatcher.ts';
import type { DataChannel } from './data-channel.ts';
import { handle, type MbimAnswer, type MbimHandler } from './handler.ts';
import { MAX_SESSIONS, type MbimSessions } from './sessions.ts';

/** QMI inside MBIM: each command carries a QMUX frame and is answered with the frame that answers it. */
export interface QmiTunnel {
  readonly handler: MbimHandler;
  readonly dispatcher: QmiDispatcher;
  /** The host is gone: its clients, and the commands that wait. */
  forget(): void;
}

type Answer = MbimAnswer<{ readonly frame: Uint8Array }>;

/** Commands that wait for an answer of QMI; more are refused. */
const MAX_WAITING = 32;

export interface QmiTunnelOptions extends FunctionOptions {
  readonly sessions: MbimSessions;
  readonly channel: DataChannel;
  /** Gets QMUX frames that nobody asked for. */
  readonly indicate: (frame: Uint8Array) => void;
}

export function createQmiTunnel(options: QmiTunnelOptions): QmiTunnel {
  const { clock, profile, runtime, satellites, indicate } = options;
  const waiting = new Map<string, (answer: Answer) => void>();
  const dispatcher = createQmiDispatcher({
    clock,
    profile,
    runtime,
    satellites,
    dataPath: sessionsAsDataPath(options),
    send: (frame, kind) => {
      if (kind === 'indication') return indicate(frame);
      const key = keyOf(frame);
      const answer = waiting.get(key);
      waiting.delete(key);
      return answer?.({ values: { frame } });
    },
  });

  const ask = (frame: Uint8Array): Answer | Promise<Answer> => {
    const key = keyOf(frame);
    if (waiting.has(key) || waiting.size >= MAX_WAITING) return { status: 'Busy' };
    let early: Answer | undefined;
    waiting.set(key, (answer) => {
      early = answer;
    });
    // What is no frame is dropped by QMI: nothing would ever answer.
    const before = dispatcher.unanswered;
    dispatcher.receive(frame);
    if (early) return early;
    if (dispatcher.unanswered === before) {
      waiting.delete(key);
      return { status: 'InvalidParameters' };
    }
    return new Promise((resolve) => {
      waiting.set(key, resolve);
    });
  };

  return {
    handler: handle(qmiMessage)({ set: (_, { frame }) => ask(frame) }),
    dispatcher,
    forget: () => {
      waiting.clear();
      dispatcher.forget();
    },
  };
}

/** A call goes through the session whose number is the mux id that its client is bound to; by default, through the first. */
function sessionsAsDataPath({ sessions, channel }: QmiTunnelOptions): DataPath {
  const calls = new Map<number, Lanes>();
  const lanesOf = (id: number): Lanes => {
    const lanes =
      calls.get(id) ??
      createLanes((both) => {
        const isUp = both.ipv4 !== undefined || both.ipv6 !== undefined;
        channel.bind(id, isUp ? joinFamilies(both) : undefined);
      });
    calls.set(id, lanes);
    return lanes;
  };
  return {
    framing: 'raw-ip',
    aggregation: undefined,
    choose: () => undefined,
    aggregate: () => undefined,
    autoconnects: false,
    channelOf: (muxId) => muxId ?? 0,
    isFree: (id) => id < MAX_SESSIONS && sessions.of(id) === undefined,
    attach: ({ channel: id, family }, lane) => lanesOf(id).attach(family, lane),
  };
}

/** Service, client and transaction of a frame: the same in its answer. CTL counts transactions in one byte. */
function keyOf(frame: Uint8Array): string {
  const [service = 0, client = 0] = frame.subarray(4, 6);
  const transaction = service === 0 ? (frame[7] ?? 0) : (frame[7] ?? 0) | ((frame[8] ?? 0) << 8);
  return `${service}/${client}/${transaction}`;
}
