import type { ValueOf } from '../../../../protocols/binary/field.ts';
import { phonebookConfiguration, ussd } from '../../../../protocols/mbim/other-services.ts';
import {
  smsConfiguration,
  smsDelete,
  smsMessageStoreStatus,
  smsRead,
  smsSend,
} from '../../../../protocols/mbim/sms.ts';
import { handle, type MbimAnswer, type MbimCall, type MbimHandler } from './handler.ts';
import { cardObstacle, serviceObstacle } from './obstacle.ts';

/** What a USIM of today holds (TS 31.102 4.2.26, as bought). */
const SMS_PLACES = 25;
const PHONEBOOK_PLACES = 250;

/** Text messages: a store that is there and empty, since nobody in the emulated network writes any. */
const sms: readonly MbimHandler[] = [
  handle(smsConfiguration)({
    query: (call) => smsStore(call),
    set: (call, { format }) => (format === 'pdu' ? smsStore(call) : { status: 'SmsFormatNotSupported' }),
  }),
  handle(smsRead)({
    query: ({ runtime }, { format, flag }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      if (format === 'cdma') return { status: 'SmsFormatNotSupported' };
      if (flag === 'index') return { status: 'InvalidMemoryIndex' };
      return { values: { format, messages: [] } };
    },
  }),
  handle(smsSend)({
    set: ({ runtime }) => ({ status: serviceObstacle(runtime.state) ?? 'SmsNetworkTimeout' }),
  }),
  handle(smsDelete)({
    set: ({ runtime }, { flag }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      return flag === 'index' ? { status: 'InvalidMemoryIndex' } : { values: {} };
    },
  }),
  handle(smsMessageStoreStatus)({
    query: ({ runtime }) => {
      const obstacle = cardObstacle(runtime.state);
      return obstacle ? { status: obstacle } : { values: { status: 0, index: 0 } };
    },
  }),
];

function smsStore({ runtime }: MbimCall): MbimAnswer<ValueOf<typeof smsConfiguration.response>> {
  const obstacle = cardObstacle(runtime.state);
  if (obstacle) return { status: obstacle };
  return {
    values: {
      storageState: 'initialized',
      format: 'pdu',
      maxMessages: SMS_PLACES,
      cdmaShortMessageSize: 0,
      scAddress: '',
    },
  };
}

const other: readonly MbimHandler[] = [
  handle(ussd)({
    set: ({ runtime }, { action, codingScheme }) => {
      const obstacle = serviceObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      if (action !== 'initiate') return { status: 'OperationNotAllowed' };
      return {
        values: {
          response: 'operationNotSupported',
          session: 'new',
          codingScheme,
          payload: new Uint8Array(),
        },
      };
    },
  }),
  handle(phonebookConfiguration)({
    query: ({ runtime }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      return {
        values: {
          state: 'initialized',
          entries: PHONEBOOK_PLACES,
          usedEntries: 0,
          maxNumberLength: 40,
          maxNameLength: 14,
        },
      };
    },
  }),
];

export const otherHandlers: readonly MbimHandler[] = [...sms, ...other];
