import { choice, list, struct, u32 } from '../binary/field.ts';
import { mbimCommand, nothing } from './declare.ts';
import { data, embedded, nested, string } from './fields.ts';
import { mbimService } from './services.ts';

// MBIM 1.0, section 10.6. Records of CDMA format are left out: no modem of this harness has them.
const service = mbimService.sms;
const format = choice({ pdu: 0, cdma: 1 }, u32);
const flag = choice({ all: 0, index: 1, new: 2, old: 3, sent: 4, draft: 5 }, u32);

export const smsConfiguration = mbimCommand({
  service,
  cid: 1,
  name: 'SMS_CONFIGURATION',
  query: nothing,
  set: struct({ format, scAddress: string }),
  response: struct({
    storageState: choice({ notInitialized: 0, initialized: 1 }, u32),
    format,
    maxMessages: u32,
    cdmaShortMessageSize: u32,
    scAddress: string,
  }),
  indicates: true,
});

export const smsRead = mbimCommand({
  service,
  cid: 2,
  name: 'SMS_READ',
  query: struct({ format, flag, index: u32 }),
  response: struct({
    format,
    messages: list(
      u32,
      nested(struct({ index: u32, status: choice({ new: 0, old: 1, draft: 2, sent: 3 }, u32), pdu: data })),
    ),
  }),
  indicates: true,
});

export const smsSend = mbimCommand({
  service,
  cid: 3,
  name: 'SMS_SEND',
  set: struct({ format, message: embedded(struct({ pdu: data })) }),
  response: struct({ reference: u32 }),
});

export const smsDelete = mbimCommand({
  service,
  cid: 4,
  name: 'SMS_DELETE',
  set: struct({ flag, index: u32 }),
});

export const smsMessageStoreStatus = mbimCommand({
  service,
  cid: 5,
  name: 'SMS_MESSAGE_STORE_STATUS',
  query: nothing,
  response: struct({
    /** Bit 0: the store is full, bit 1: a message is new. */
    status: u32,
    index: u32,
  }),
  indicates: true,
});
