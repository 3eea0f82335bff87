import { qmiMessage } from '../../../../protocols/mbim/other-services.ts';
import type { FunctionOptions } from '../../function.ts';
import { createQmiDispatcher, type QmiDispatcher } from '../qmi/dispatcher.ts';
import { handle, type MbimAnswer, type MbimHandler } from './handler.ts';

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

/** @param indicate gets QMUX frames that nobody asked for */
export function createQmiTunnel(
  { clock, profile, runtime }: FunctionOptions,
  indicate: (frame: Uint8Array) => void,
): QmiTunnel {
  const waiting = new Map<string, (answer: Answer) => void>();
  const dispatcher = createQmiDispatcher({
    clock,
    profile,
    runtime,
    // Packets of calls that are set up this way have no session of MBIM to go through.
    dataPath: { framing: 'raw-ip', choose: () => undefined, attach: () => undefined },
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

/** Service, client and transaction of a frame: the same in its answer. CTL counts transactions in one byte. */
function keyOf(frame: Uint8Array): string {
  const [service = 0, client = 0] = frame.subarray(4, 6);
  const transaction = service === 0 ? (frame[7] ?? 0) : (frame[7] ?? 0) | ((frame[8] ?? 0) << 8);
  return `${service}/${client}/${transaction}`;
}
