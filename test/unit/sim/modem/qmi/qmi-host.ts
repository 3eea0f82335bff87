import type { Clock } from '../../../../../harness/core/clock.ts';
import { ctlAllocateClient, ctlReleaseClient, ctlSync } from '../../../../../harness/protocols/qmi/ctl.ts';
import {
  decodeTlvs,
  encodeTlvs,
  type QmiCommand,
  type QmiIndication,
  type TlvSpecs,
  type TlvValues,
} from '../../../../../harness/protocols/qmi/declare.ts';
import { decodeQmi, encodeQmi, type QmiMessage } from '../../../../../harness/protocols/qmi/message.ts';
import { decodeResult, qmiErrorName } from '../../../../../harness/protocols/qmi/result.ts';
import { qmiService, type QmiServiceName } from '../../../../../harness/protocols/qmi/services.ts';
import type { EmulatedModem } from '../../../../../harness/sim/modem/modem.ts';
import type { ControlPort } from '../../../../../harness/sim/modem/port.ts';

export interface Reply<A extends TlvSpecs> {
  /** `None` for success. */
  readonly error: string;
  readonly values: TlvValues<A>;
}

/** A program on the host's side of a control channel, as qmicli and uqmi are. */
export interface QmiHost {
  readonly port: ControlPort;
  /** Asks, and waits up to 60 s for the answer. */
  readonly ask: <Q extends TlvSpecs, A extends TlvSpecs>(
    command: QmiCommand<Q, A>,
    values?: TlvValues<Q>,
    client?: number,
  ) => Promise<Reply<A>>;
  readonly allocate: (service: QmiServiceName) => Promise<number>;
  readonly release: (service: QmiServiceName, client: number) => Promise<string>;
  readonly sync: () => Promise<void>;
  /** Indications so far, taken out. */
  readonly heard: <I extends TlvSpecs>(
    indication: QmiIndication<I>,
  ) => readonly { readonly client: number; readonly values: TlvValues<I> }[];
}

export function qmiHost(clock: Clock, modem: EmulatedModem, interfaceNumber = 8): QmiHost {
  const port = modem.openControl(interfaceNumber);
  if (!port) throw new Error(`no control channel on interface ${interfaceNumber}`);
  let indications: QmiMessage[] = [];
  let transaction = 0;
  const waiting = new Map<string, (message: QmiMessage) => void>();
  const keyOf = (message: Pick<QmiMessage, 'service' | 'client' | 'transaction'>): string =>
    `${message.service}/${message.client}/${message.transaction}`;
  port.onReadable(() => {
    for (let frame = port.receive(); frame; frame = port.receive()) {
      const message = decodeQmi(frame);
      if (message.kind === 'indication') indications.push(message);
      else waiting.get(keyOf(message))?.(message);
    }
  });
  port.setDtr(true);

  const ask: QmiHost['ask'] = (command, values, client = 0) =>
    new Promise((resolve, reject) => {
      transaction = (transaction % 200) + 1;
      const header = { service: qmiService[command.service], client, transaction };
      const cancel = clock.after(60_000, () => reject(new Error(`no answer to ${command.name}`)));
      waiting.set(keyOf(header), (message) => {
        cancel();
        waiting.delete(keyOf(header));
        const error = qmiErrorName(decodeResult(message.tlvs, command.name));
        const others = message.tlvs.filter(({ type }) => type !== 2);
        resolve({ error, values: decodeTlvs(command.response, others, command.name).values });
      });
      const tlvs = encodeTlvs(command.request, values ?? ({} as never));
      const taken = port.send(encodeQmi({ ...header, kind: 'request', id: command.id, tlvs }));
      if (!taken) reject(new Error(`${command.name} was refused`));
    });
  const allocate: QmiHost['allocate'] = async (service) => {
    const { values } = await ask(ctlAllocateClient, { service: qmiService[service] });
    return values.client?.client as number;
  };
  const release: QmiHost['release'] = async (service, client) =>
    (await ask(ctlReleaseClient, { client: { service: qmiService[service], client } })).error;
  const heard: QmiHost['heard'] = (indication) => {
    const mine = (message: QmiMessage): boolean =>
      message.service === qmiService[indication.service] && message.id === indication.id;
    const taken = indications.filter(mine);
    indications = indications.filter((message) => !mine(message));
    return taken.map(({ client, tlvs }) => ({
      client,
      values: decodeTlvs(indication.tlvs, tlvs, indication.name).values,
    }));
  };
  return { port, ask, allocate, release, sync: async () => void (await ask(ctlSync)), heard };
}
