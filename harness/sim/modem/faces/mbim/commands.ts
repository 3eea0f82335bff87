import { isHarnessError } from '../../../../core/errors.ts';
import { decodeBuffer, encodeBuffer } from '../../../../protocols/mbim/buffer.ts';
import type { MbimCommand } from '../../../../protocols/mbim/declare.ts';
import { mbimOperation, type MbimContent } from '../../../../protocols/mbim/message.ts';
import type { Field } from '../../../../protocols/binary/field.ts';
import type { ModemProfile } from '../../profile.ts';
import { connectionHandlers } from './connection.ts';
import { deviceHandlers } from './device.ts';
import type { Outcome } from './dialogue.ts';
import type { MbimAnswer, MbimCall, MbimHandler } from './handler.ts';
import { microsoftHandlers } from './microsoft.ts';
import { otherHandlers } from './other-services.ts';
import { registrationHandlers } from './registration.ts';
import { subscriberHandlers } from './subscriber.ts';
import type { Traffic } from './traffic.ts';

/** Answers commands by what their service and number say. */
export type Answerer = (
  call: MbimCall,
  content: MbimContent,
  operation: number,
) => Outcome | Promise<Outcome>;

const nothing = new Uint8Array();

/** @param qmi answers a QMUX frame that came in MBIM */
export function createAnswerer(profile: ModemProfile, traffic: Traffic, qmi: MbimHandler): Answerer {
  const handlers: readonly MbimHandler[] = [
    ...deviceHandlers(() => handlers.map(({ command }) => command)),
    ...subscriberHandlers,
    ...registrationHandlers,
    ...connectionHandlers(traffic),
    ...otherHandlers,
    ...microsoftHandlers(profile),
    qmi,
  ];
  const byKey = new Map(handlers.map((handler) => [key(handler.command), handler]));

  return (call, content, operation) => {
    const handler = byKey.get(key(content));
    const isSet = operation === mbimOperation.set;
    const answering = isSet ? handler?.set : handler?.query;
    const field = isSet ? handler?.command.set : handler?.command.query;
    if (!handler || !answering || !field) return { status: 'NoDeviceSupport', information: nothing };
    const { command } = handler;
    const read = tryRead(field, content.information, `MBIM ${command.name}`);
    if (!read) return { status: 'InvalidParameters', information: nothing };
    const answer = answering(call, read.value as never);
    if (answer instanceof Promise) return answer.then((late) => outcome(command, late));
    return outcome(command, answer);
  };
}

function key({ service, cid }: { readonly service: string; readonly cid: number }): string {
  return `${service}/${cid}`;
}

function outcome(command: MbimCommand, answer: MbimAnswer<unknown>): Outcome {
  const { values, afterwards } = answer;
  return {
    afterwards,
    status: 'status' in answer ? answer.status : 'Success',
    information: values === undefined ? nothing : encodeBuffer(command.response, values),
  };
}

function tryRead(
  field: Field<unknown>,
  bytes: Uint8Array,
  what: string,
): { readonly value: unknown } | undefined {
  try {
    return { value: decodeBuffer(field, bytes, what) };
  } catch (error) {
    if (isHarnessError(error)) return undefined;
    throw error;
  }
}
