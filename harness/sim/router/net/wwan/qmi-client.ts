import type { Clock } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';
import { ctlAllocateClient, ctlReleaseClient } from '../../../../protocols/qmi/ctl.ts';
import {
  decodeTlvs,
  encodeTlvs,
  type QmiCommand,
  type TlvSpecs,
  type TlvValues,
} from '../../../../protocols/qmi/declare.ts';
import { decodeQmi, encodeQmi, qmiMessageName, type QmiMessage } from '../../../../protocols/qmi/message.ts';
import { decodeResult } from '../../../../protocols/qmi/result.ts';
import { qmiService } from '../../../../protocols/qmi/services.ts';
import type { ControlPort } from '../../../modem/port.ts';

/** What came back: a protocol error (0: none) and the values. */
export interface QmiReply<A extends TlvSpecs> {
  readonly error: number;
  readonly values: Partial<TlvValues<A>>;
}

/** A host's end of QMI, as one run of uqmi has it. */
export interface QmiClient {
  /** Undefined: no answer in time, or the device is gone. */
  ask<Q extends TlvSpecs, A extends TlvSpecs>(
    command: QmiCommand<Q, A>,
    request: TlvValues<Q>,
    client?: number,
    limit?: Ms,
  ): Promise<QmiReply<A> | undefined>;
  /** The number of a new client of this service; undefined: refused, or no answer. */
  allocate(service: QmiCommand['service'], limit?: Ms): Promise<number | undefined>;
  release(service: QmiCommand['service'], client: number): Promise<void>;
  close(): void;
}

const DEFAULT_LIMIT: Ms = 10_000;

export function createQmiClient(clock: Clock, port: ControlPort): QmiClient {
  let waiting:
    { readonly suits: (message: QmiMessage) => boolean; readonly take: (m?: QmiMessage) => void } | undefined;
  let transaction = 0;

  const read = (): void => {
    for (let frame = port.receive(); frame; frame = port.receive()) {
      const message = decodeQmi(frame);
      if (waiting?.suits(message)) waiting.take(message);
    }
  };
  port.setDtr(true);
  port.onReadable(read);
  port.onGone(() => waiting?.take());

  const exchange = (request: QmiMessage, limit: Ms): Promise<QmiMessage | undefined> =>
    new Promise((resolve) => {
      const take = (message?: QmiMessage): void => {
        cancel();
        waiting = undefined;
        resolve(message);
      };
      const cancel = clock.after(limit, () => take());
      const { service, client, transaction: number } = request;
      waiting = {
        suits: (m) =>
          m.kind === 'response' && m.service === service && m.client === client && m.transaction === number,
        take,
      };
      if (!port.send(encodeQmi(request))) take();
    });

  const ask: QmiClient['ask'] = async (command, values, client = 0, limit = DEFAULT_LIMIT) => {
    const service = qmiService[command.service];
    transaction = (transaction % 0xfe) + 1;
    const tlvs = encodeTlvs(command.request, values);
    const answer = await exchange(
      { service, client, kind: 'request', transaction, id: command.id, tlvs },
      limit,
    );
    if (!answer) return undefined;
    const what = qmiMessageName(service, command.id);
    const error = decodeResult(answer.tlvs, what);
    // A refusal need not carry what an answer must.
    return { error, values: error === 0 ? decodeTlvs(command.response, answer.tlvs, what).values : {} };
  };

  return {
    ask,
    allocate: async (service, limit) => {
      const reply = await ask(ctlAllocateClient, { service: qmiService[service] }, 0, limit);
      return reply?.values.client?.client;
    },
    release: async (service, client) => {
      await ask(ctlReleaseClient, { client: { service: qmiService[service], client } });
    },
    close: () => {
      port.onReadable(undefined);
      port.onGone(undefined);
    },
  };
}
