import type { Field } from '../../../../../harness/protocols/binary/field.ts';
import { decodeBuffer, encodeBuffer } from '../../../../../harness/protocols/mbim/buffer.ts';
import type { MbimCommand } from '../../../../../harness/protocols/mbim/declare.ts';
import { createReassembler } from '../../../../../harness/protocols/mbim/fragments.ts';
import {
  decodeMbim,
  encodeMbim,
  mbimOperation,
  type MbimBody,
  type MbimMessage,
} from '../../../../../harness/protocols/mbim/message.ts';
import { mbimContextType } from '../../../../../harness/protocols/mbim/services.ts';
import { mbimStatus } from '../../../../../harness/protocols/mbim/status.ts';
import type { ControlPort, NetworkPort } from '../../../../../harness/sim/modem/port.ts';
import { bench, type Bench } from '../bench.ts';

export interface Answer<R> {
  readonly status: string;
  readonly values: R | undefined;
}

/** A program on the host's side of an MBIM function. */
export interface MbimHost extends Omit<Bench, 'open'> {
  readonly control: ControlPort;
  /** The data channel. */
  readonly data: NetworkPort;
  /** Everything that came unasked since it was last asked, by the names of commands. */
  readonly news: (
    ...commands: Pick<MbimCommand, 'service' | 'cid' | 'name' | 'response'>[]
  ) => { name: string; values: unknown }[];
  readonly send: (message: MbimMessage) => void;
  /** Sends one message and waits up to a minute for the answer with its transaction. */
  readonly exchange: (body: MbimBody) => Promise<MbimMessage>;
  readonly open: () => Promise<MbimMessage>;
  readonly query: <Q, S, R>(command: MbimCommand<Q, S, R>, value?: Q) => Promise<Answer<R>>;
  readonly set: <Q, S, R>(command: MbimCommand<Q, S, R>, value: S) => Promise<Answer<R>>;
}

/** A modem in its MBIM composition, on USB and registered. */
export async function mbimHost(...options: Parameters<typeof bench>): Promise<MbimHost> {
  const inner = bench(...options);
  // Virtual time passes only while it is driven.
  const made: Bench = { ...inner, pass: (ms) => inner.drive(() => inner.clock.sleep(ms)) };
  const isSierra = options[0] !== 'ec25-a';
  made.modem.input({ kind: 'setComposition', composition: isSierra ? 0x100d : 2 });
  made.modem.input({ kind: 'reset' });
  await made.pass(60_000);
  const control = made.modem.openControl(isSierra ? 12 : 4);
  const data = made.modem.openNetwork(isSierra ? 13 : 5);
  if (!control || !data) throw new Error('no MBIM function on USB');
  return { ...made, ...talk(made, control), control, data };
}

/** The same with its function open. */
export async function opened(...options: Parameters<typeof mbimHost>): Promise<MbimHost> {
  const host = await mbimHost(...options);
  await host.open();
  return host;
}

/** A connection, as umbim asks for it. */
export const internet = {
  sessionId: 0,
  command: 'activate',
  accessString: 'internet',
  userName: '',
  password: '',
  compression: 'none',
  authProtocol: 'none',
  ipType: 'ipv4',
  contextType: mbimContextType.internet,
} as const;

type Talk = Pick<MbimHost, 'news' | 'send' | 'exchange' | 'query' | 'set'> & { open: MbimHost['open'] };

function talk({ clock, pass }: Bench, control: ControlPort): Talk {
  const reassembler = createReassembler(65_536);
  const waiting = new Map<number, (message: MbimMessage) => void>();
  let unasked: MbimMessage[] = [];
  let transaction = 0;
  control.onReadable(() => {
    for (let part = control.receive(); part; part = control.receive()) {
      for (const result of reassembler.push(part)) {
        if ('error' in result) throw new Error(result.error);
        const message = decodeMbim(result.message);
        if (message.kind === 'indication') unasked.push(message);
        else waiting.get(message.transaction)?.(message);
      }
    }
  });

  const exchange = async (body: MbimBody): Promise<MbimMessage> => {
    const own = ++transaction;
    let answer: MbimMessage | undefined;
    waiting.set(own, (message) => (answer = message));
    control.send(encodeMbim({ transaction: own, ...body }));
    for (let waited = 0; !answer && waited < 60_000; waited += 100) await pass(waited === 0 ? 0 : 100);
    if (!answer) throw new Error(`no answer to a ${body.kind} by ${clock.now()} ms`);
    return answer;
  };

  const command = async <R>(
    { service, cid, response, name }: MbimCommand<never, never, R>,
    operation: number,
    information: Uint8Array,
  ): Promise<Answer<R>> => {
    const answer = await exchange({ kind: 'command', service, cid, operation, information });
    if (answer.kind !== 'commandDone') throw new Error(`${name}: ${JSON.stringify(answer)}`);
    return {
      status: Object.entries(mbimStatus).find(([, number]) => number === answer.status)?.[0] ?? '?',
      values: answer.information.length === 0 ? undefined : decodeBuffer(response, answer.information, name),
    };
  };

  const information = <T>(field: Field<T> | undefined, value: T | undefined): Uint8Array =>
    field && value !== undefined ? encodeBuffer(field, value) : new Uint8Array();

  return {
    send: (message) => void control.send(encodeMbim(message)),
    exchange,
    open: () => exchange({ kind: 'open', maxControlTransfer: 4_096 }),
    query: (what, value) =>
      command(what as never, mbimOperation.query, information(what.query, value)) as never,
    set: (what, value) => command(what as never, mbimOperation.set, information(what.set, value)) as never,
    news: (...commands) => {
      const all = unasked;
      unasked = [];
      return all.flatMap((message) => {
        if (message.kind !== 'indication') return [];
        const found = commands.find(({ service, cid }) => service === message.service && cid === message.cid);
        if (!found) return [];
        return [{ name: found.name, values: decodeBuffer(found.response, message.information, found.name) }];
      });
    },
  };
}
