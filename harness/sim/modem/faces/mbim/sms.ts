import type { ValueOf } from '../../../../protocols/binary/field.ts';
import {
  smsConfiguration,
  smsDelete,
  smsMessageStoreStatus,
  smsRead,
  smsSend,
} from '../../../../protocols/mbim/sms.ts';
import type { MbimStatusName } from '../../../../protocols/mbim/status.ts';
import type { TextAnswer } from '../../runtime.ts';
import type { ModemState } from '../../state.ts';
import type { TextMessage, TextStorage } from '../../stored.ts';
import { freePlace, textPlaces, textsOf, tpduOf } from '../../texts.ts';
import type { Indication } from '../../turn.ts';
import { handle, type MbimAnswer, type MbimCall, type MbimHandler } from './handler.ts';
import { cardObstacle, serviceObstacle } from './obstacle.ts';

type Configuration = ValueOf<typeof smsConfiguration.response>;
type Messages = ValueOf<typeof smsRead.response>;
type StoreStatus = ValueOf<typeof smsMessageStoreStatus.response>;

const storeFlag = { full: 1, newMessage: 2 } as const;
const statusNames = { unread: 'new', read: 'old', unsent: 'draft', sent: 'sent' } as const;

/** MBIM knows one store: the one that messages go to when they come. */
function storageOf({ stored }: ModemState): TextStorage {
  return stored.textRoutes.find((route) => route.class === undefined)?.storage ?? 'sim';
}

/** Places count from 1 here (MBIM 1.0, 10.6.3). */
function messageOf({ place, status, pdu }: TextMessage): Messages['messages'][number] {
  return { index: place + 1, status: statusNames[status], pdu };
}

type Flag = 'all' | 'index' | 'new' | 'old' | 'sent' | 'draft';

/** Undefined: there is no such place. */
function chosen(state: ModemState, flag: Flag, index: number): readonly TextMessage[] | undefined {
  const texts = textsOf(state, storageOf(state));
  if (flag === 'all') return texts;
  if (flag !== 'index') return texts.filter(({ status }) => statusNames[status] === flag);
  const text = texts.find(({ place }) => place + 1 === index);
  return text && [text];
}

export const smsHandlers: readonly MbimHandler[] = [
  handle(smsConfiguration)({
    query: (call) => configuration(call),
    set: (call, { format, scAddress }) => {
      if (format !== 'pdu') return { status: 'SmsFormatNotSupported' };
      if (scAddress !== '') call.runtime.input({ kind: 'setTextCentre', number: scAddress });
      return configuration(call);
    },
  }),
  handle(smsRead)({
    query: ({ runtime }, { format, flag, index }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      if (format === 'cdma') return { status: 'SmsFormatNotSupported' };
      const texts = chosen(runtime.state, flag, index);
      if (!texts) return { status: 'InvalidMemoryIndex' };
      const storage = storageOf(runtime.state);
      for (const { place, status } of texts) {
        if (status === 'unread') runtime.input({ kind: 'markText', storage, place, status: 'read' });
      }
      return { values: { format, messages: texts.map(messageOf) } };
    },
  }),
  handle(smsSend)({
    set: async ({ runtime }, { format, message: { pdu } }) => {
      const obstacle = serviceObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      if (format === 'cdma') return { status: 'SmsFormatNotSupported' };
      if (!tpduOf(pdu)) return { status: 'InvalidParameters' };
      const answer = await new Promise<TextAnswer>((resolve) => runtime.sendText(pdu, resolve));
      return 'refused' in answer
        ? { status: refusal(answer.refused) }
        : { values: { reference: answer.reference } };
    },
  }),
  handle(smsDelete)({
    set: ({ runtime }, { flag, index }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      const texts = chosen(runtime.state, flag, index);
      if (!texts) return { status: 'InvalidMemoryIndex' };
      const places = texts.map(({ place }) => place);
      runtime.input({ kind: 'dropTexts', storage: storageOf(runtime.state), places });
      return { values: {} };
    },
  }),
  handle(smsMessageStoreStatus)({
    query: ({ runtime }) => {
      const obstacle = cardObstacle(runtime.state);
      return obstacle ? { status: obstacle } : { values: storeStatus(runtime.state, undefined) };
    },
  }),
];

function refusal(refused: Extract<TextAnswer, { refused: unknown }>['refused']): MbimStatusName {
  return refused === 'no-service' ? 'NotRegistered' : 'Failure';
}

function configuration({ runtime: { state } }: MbimCall): MbimAnswer<Configuration> {
  const obstacle = cardObstacle(state);
  return obstacle ? { status: obstacle } : { values: textConfiguration(state) };
}

/** What SMS_CONFIGURATION says, asked or unasked. */
export function textConfiguration(state: ModemState): Configuration {
  return {
    storageState: 'initialized',
    format: 'pdu',
    maxMessages: textPlaces[storageOf(state)],
    cdmaShortMessageSize: 0,
    scAddress: state.sim.card?.textCentre ?? '',
  };
}

function storeStatus(state: ModemState, place: number | undefined): StoreStatus {
  const full = freePlace(state, storageOf(state)) === undefined ? storeFlag.full : 0;
  return {
    status: full | (place === undefined ? 0 : storeFlag.newMessage),
    index: place === undefined ? 0 : place + 1,
  };
}

/** What is told of a message that has come: where it is stored, or the message itself. */
export function textReport(
  state: ModemState,
  { pdu, stored }: Extract<Indication, { kind: 'text' }>,
): { readonly stored: StoreStatus } | { readonly message: Messages } {
  if (stored) return { stored: storeStatus(state, stored.place) };
  return { message: { format: 'pdu', messages: [{ index: 0, status: 'new', pdu }] } };
}
