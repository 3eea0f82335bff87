import * as wms from '../../../../../protocols/qmi/wms.ts';
import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import type { Runtime, TextAnswer } from '../../../runtime.ts';
import type { TextMessage, TextStorage } from '../../../stored.ts';
import { freePlace, textsOf, tpduOf } from '../../../texts.ts';
import { handle, type QmiCall, type QmiHandler } from '../handler.ts';

/** TS 23.040 9.2.3.22: nothing that this cause would say more of. */
const TP_UNSPECIFIED = 0xff;

interface Place {
  readonly storage: TextStorage | 'none';
  readonly index: number;
}

export const messageHandlers: readonly QmiHandler[] = [
  handle(wms.wmsRawSend, ({ runtime }, { message: { format, pdu } }) => {
    if (format !== 'gsm') return { error: 'WmsEncoding' };
    return send(runtime, pdu);
  }),
  handle(wms.wmsSendFromStorage, (call, { message }) =>
    withText(call, message, async (text, storage) => {
      const answer = await send(call.runtime, text.pdu);
      if (!('error' in answer)) {
        call.runtime.input({ kind: 'markText', storage, place: text.place, status: 'sent' });
      }
      return answer;
    }),
  ),
  handle(wms.wmsRawWrite, ({ runtime }, { message: { storage, format, pdu } }) => {
    const error = obstacle(runtime, storage);
    if (error || storage === 'none') return { error: error ?? 'InvalidArgument' };
    if (format !== 'gsm' || pdu.length === 0) return { error: 'WmsEncoding' };
    const index = freePlace(runtime.state, storage);
    if (index === undefined) return { error: 'DeviceStorageFull' };
    runtime.input({ kind: 'keepText', storage, status: 'unsent', pdu });
    return { values: { index } };
  }),
  handle(wms.wmsRawRead, (call, { where }) =>
    withText(call, where, ({ status, pdu }) => ({
      values: { message: { tag: status, format: 'gsm' as const, pdu } },
    })),
  ),
  handle(wms.wmsModifyTag, (call, { tag }) =>
    withText(call, tag, ({ place }, storage) => {
      call.runtime.input({ kind: 'markText', storage, place, status: tag.tag });
      return { values: {} };
    }),
  ),
  handle(wms.wmsDelete, (call, { storage, index, tag }) => {
    const { runtime } = call;
    const drop = (places: readonly number[]) => {
      if (storage !== 'none') runtime.input({ kind: 'dropTexts', storage, places });
      return { values: {} };
    };
    if (index !== undefined) return withText(call, { storage, index }, ({ place }) => drop([place]));
    const error = obstacle(runtime, storage);
    if (error || storage === 'none') return { error: error ?? 'InvalidArgument' };
    const texts = textsOf(runtime.state, storage).filter(({ status }) => tag === undefined || status === tag);
    return drop(texts.map(({ place }) => place));
  }),
  handle(wms.wmsListMessages, ({ runtime }, { storage, tag }) => {
    const error = obstacle(runtime, storage);
    if (error || storage === 'none') return { error: error ?? 'InvalidArgument' };
    const texts = textsOf(runtime.state, storage).filter(({ status }) => tag === undefined || status === tag);
    return { values: { messages: texts.map(({ place, status }) => ({ index: place, tag: status })) } };
  }),
];

function obstacle({ state }: Runtime, storage: TextStorage | 'none'): QmiErrorName | undefined {
  return storage === 'sim' && state.sim.state !== 'ready' ? 'UimUninitialized' : undefined;
}

function withText<R>(
  { runtime }: QmiCall,
  { storage, index }: Place,
  use: (text: TextMessage, storage: TextStorage) => R,
): R | { readonly error: QmiErrorName } {
  const error = obstacle(runtime, storage);
  if (error || storage === 'none') return { error: error ?? 'InvalidArgument' };
  const text = textsOf(runtime.state, storage).find(({ place }) => place === index);
  return text ? use(text, storage) : { error: 'NoEntry' };
}

interface Sent {
  readonly reference: number;
}

type Failed =
  | { readonly error: 'WmsEncoding' }
  | { readonly error: 'WmsMessageDeliveryFailure'; readonly values: { readonly failure: 'temporary' } }
  | {
      readonly error: 'WmsCauseCode';
      readonly values: { readonly causes: { readonly rpCause: number; readonly tpCause: number } };
    };

async function send(runtime: Runtime, pdu: Uint8Array): Promise<{ readonly values: Sent } | Failed> {
  if (!tpduOf(pdu)) return { error: 'WmsEncoding' };
  const answer = await new Promise<TextAnswer>((resolve) => runtime.sendText(pdu, resolve));
  if (!('refused' in answer)) return { values: { reference: answer.reference } };
  if (typeof answer.refused === 'number') {
    return {
      error: 'WmsCauseCode',
      values: { causes: { rpCause: answer.refused, tpCause: TP_UNSPECIFIED } },
    };
  }
  return { error: 'WmsMessageDeliveryFailure', values: { failure: 'temporary' } };
}
