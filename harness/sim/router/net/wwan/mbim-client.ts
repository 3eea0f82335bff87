import type { Clock } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';
import type { Field } from '../../../../protocols/binary/field.ts';
import { decodeBuffer, encodeBuffer } from '../../../../protocols/mbim/buffer.ts';
import type { MbimCommand } from '../../../../protocols/mbim/declare.ts';
import { fragment } from '../../../../protocols/mbim/fragments.ts';
import {
  decodeMbim,
  encodeMbim,
  mbimOperation,
  type MbimMessage,
} from '../../../../protocols/mbim/message.ts';
import type { ControlPort } from '../../../modem/port.ts';

/** The answer to a command: its status (0: success), and its information where that could be read. */
export interface MbimReply<R> {
  readonly status: number;
  readonly values: R | undefined;
}

/** A host's end of MBIM, as umbim has it. */
export interface MbimClient {
  /** Each call gives undefined when no answer came in time, or the device is gone. */
  open(): Promise<number | undefined>;
  query<Q, S, R>(command: MbimCommand<Q, S, R>): Promise<MbimReply<R> | undefined>;
  queryWith<Q, S, R>(command: MbimCommand<Q, S, R>, values: Q): Promise<MbimReply<R> | undefined>;
  set<Q, S, R>(command: MbimCommand<Q, S, R>, values: S): Promise<MbimReply<R> | undefined>;
  close(): Promise<void>;
}

type Answered<R> = Pick<MbimCommand<never, never, R>, 'service' | 'cid' | 'name' | 'response'>;

const MAX_CONTROL_TRANSFER = 4_096;
const LIMIT_MS: Ms = 15_000;

export function createMbimClient(clock: Clock, port: ControlPort): MbimClient {
  const exchange = createExchange(clock, port);
  const command = async <V, R>(
    { service, cid, name, response }: Answered<R>,
    operation: number,
    field: Field<V> | undefined,
    values: V,
  ): Promise<MbimReply<R> | undefined> => {
    const information = field ? encodeBuffer(field, values) : new Uint8Array(0);
    const answer = await exchange((number) => ({
      kind: 'command',
      transaction: number,
      service,
      cid,
      operation,
      information,
    }));
    if (answer?.kind !== 'commandDone') return undefined;
    const { status } = answer;
    const readable = answer.information.length > 0;
    return { status, values: readable ? decodeBuffer(response, answer.information, name) : undefined };
  };

  return {
    open: async () => {
      const answer = await exchange((number) => ({
        kind: 'open',
        transaction: number,
        maxControlTransfer: MAX_CONTROL_TRANSFER,
      }));
      return answer?.kind === 'openDone' ? answer.status : undefined;
    },
    query: (spec) => command(spec, mbimOperation.query, undefined, undefined),
    queryWith: (spec, values) => command(spec, mbimOperation.query, spec.query, values),
    set: (spec, values) => command(spec, mbimOperation.set, spec.set, values),
    close: async () => {
      await exchange((number) => ({ kind: 'close', transaction: number }));
      port.onReadable(undefined);
      port.onGone(undefined);
    },
  };
}

type Exchange = (body: (transaction: number) => MbimMessage) => Promise<MbimMessage | undefined>;

/** One message and its answer by the transaction; indications are passed over. */
function createExchange(clock: Clock, port: ControlPort): Exchange {
  let waiting: { readonly transaction: number; readonly take: (message?: MbimMessage) => void } | undefined;
  let transaction = 0;
  port.setDtr(true);
  const read = (): void => {
    for (let bytes = port.receive(); bytes; bytes = port.receive()) {
      const message = decodeMbim(bytes);
      if (message.kind !== 'indication' && message.transaction === waiting?.transaction)
        waiting.take(message);
    }
  };
  return (body) =>
    new Promise((resolve) => {
      // Each call of umbim reads for itself: between two of a handler's, another may be made.
      port.onReadable(read);
      port.onGone(() => waiting?.take());
      const take = (message?: MbimMessage): void => {
        cancel();
        waiting = undefined;
        resolve(message);
      };
      const cancel = clock.after(LIMIT_MS, () => take());
      waiting = { transaction: ++transaction, take };
      for (const part of fragment(encodeMbim(body(transaction)), MAX_CONTROL_TRANSFER)) port.send(part);
    });
}
