import { splitCentre } from '../../protocols/sms/address.ts';
import { decodeDeliver, decodeSubmit, messageClass } from '../../protocols/sms/tpdu.ts';
import { isHarnessError } from '../../core/errors.ts';
import type { ModemState } from './state.ts';
import type { TextMessage, TextRoute, TextStatus, TextStorage } from './stored.ts';
import { indicate, patch, type Turn } from './turn.ts';

/** Places: EF_SMS of a common card (TS 31.102 4.2.25), and the modem's own memory as makers document it. */
export const textPlaces: Readonly<Record<TextStorage, number>> = { sim: 10, device: 255 };

/** By rising place. Those of a card that can't be read now are not there. */
export function textsOf(state: ModemState, storage: TextStorage): readonly TextMessage[] {
  if (storage === 'device') return state.stored.texts;
  return state.sim.state === 'ready' ? (state.sim.card?.texts ?? []) : [];
}

/** Where the next message would go; undefined: there is no room. */
export function freePlace(state: ModemState, storage: TextStorage): number | undefined {
  const taken = new Set(textsOf(state, storage).map(({ place }) => place));
  const places = Array.from({ length: textPlaces[storage] }, (_, place) => place);
  return places.find((place) => !taken.has(place));
}

export function keepText(turn: Turn, storage: TextStorage, status: TextStatus, pdu: Uint8Array): void {
  const place = freePlace(turn.state, storage);
  if (place === undefined || !isThere(turn, storage)) return;
  const texts = [...textsOf(turn.state, storage), { place, status, pdu: pdu.slice() }];
  setTexts(
    turn,
    storage,
    texts.toSorted((a, b) => a.place - b.place),
  );
}

export function markText(turn: Turn, storage: TextStorage, place: number, status: TextStatus): void {
  if (!isThere(turn, storage)) return;
  const texts = textsOf(turn.state, storage);
  setTexts(
    turn,
    storage,
    texts.map((text) => (text.place === place ? { ...text, status } : text)),
  );
}

export function dropTexts(turn: Turn, storage: TextStorage, places: readonly number[]): void {
  if (!isThere(turn, storage)) return;
  setTexts(
    turn,
    storage,
    textsOf(turn.state, storage).filter(({ place }) => !places.includes(place)),
  );
}

export function setTextCentre(turn: Turn, number: string): void {
  const { sim } = turn.state;
  if (sim.state === 'ready' && sim.card) {
    patch(turn, { sim: { ...sim, card: { ...sim.card, textCentre: number } } });
  }
}

/** Can a message be handed to this modem now? It has to be on the air, with a card, and know what to do with it. */
export function takesText(state: ModemState, pdu: Uint8Array): boolean {
  if (!isOnAir(state)) return false;
  const { action, storage } = routeOf(state, pdu);
  return action !== 'store' || freePlace(state, storage ?? 'sim') !== undefined;
}

/** Registered with a card that is ready: messages go through. */
export function isOnAir({ registration, sim }: ModemState): boolean {
  const { circuit, packet } = registration;
  return sim.state === 'ready' && [circuit, packet].some((way) => way === 'home' || way === 'roaming');
}

export function textDelivered(turn: Turn, pdu: Uint8Array): void {
  if (!takesText(turn.state, pdu)) return;
  const { action, storage = 'sim' } = routeOf(turn.state, pdu);
  if (action === 'discard') return;
  if (action === 'transfer') {
    indicate(turn, { kind: 'text', pdu });
    return;
  }
  const place = freePlace(turn.state, storage);
  keepText(turn, storage, 'unread', pdu);
  if (place !== undefined) indicate(turn, { kind: 'text', pdu, stored: { storage, place } });
}

function routeOf(state: ModemState, pdu: Uint8Array): TextRoute {
  const wanted = classOf(pdu);
  const { textRoutes } = state.stored;
  return textRoutes.find((route) => route.class === wanted) ?? { class: wanted, action: 'discard' };
}

function classOf(pdu: Uint8Array): TextRoute['class'] {
  return tried(() => messageClass(decodeDeliver(splitCentre(pdu).tpdu).coding));
}

/** The message behind the centre's address, if it is one that can be sent. */
export function tpduOf(pdu: Uint8Array): Uint8Array | undefined {
  return tried(() => {
    const { tpdu } = splitCentre(pdu);
    decodeSubmit(tpdu);
    return tpdu;
  });
}

function tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isHarnessError(error)) return undefined;
    throw error;
  }
}

function isThere({ state }: Turn, storage: TextStorage): boolean {
  return storage === 'device' || state.sim.state === 'ready';
}

function setTexts(turn: Turn, storage: TextStorage, texts: readonly TextMessage[]): void {
  const { stored, sim } = turn.state;
  if (storage === 'device') patch(turn, { stored: { ...stored, texts } });
  else if (sim.card) patch(turn, { sim: { ...sim, card: { ...sim.card, texts } } });
}
