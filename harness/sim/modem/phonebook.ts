import type { Contact } from './sim-card.ts';
import type { ModemState } from './state.ts';
import { patch, type Turn } from './turn.ts';

/** EF_ADN of a USIM of today, as bought (TS 31.102 4.4.2.3). */
export const phonebookLimits = { places: 250, numberLength: 40, nameLength: 14 } as const;

/** By rising place; none while the card can't be read. */
export function contactsOf({ sim }: ModemState): readonly Contact[] {
  return sim.state === 'ready' ? (sim.card?.phonebook ?? []) : [];
}

/** From 1 on; undefined: every place is taken. */
export function freeContactPlace(state: ModemState): number | undefined {
  const taken = new Set(contactsOf(state).map(({ place }) => place));
  return Array.from({ length: phonebookLimits.places }, (_, at) => at + 1).find((place) => !taken.has(place));
}

/** Instead of what stood at its place. */
export function writeContact(turn: Turn, contact: Contact): void {
  const others = contactsOf(turn.state).filter(({ place }) => place !== contact.place);
  setContacts(
    turn,
    [...others, contact].toSorted((a, b) => a.place - b.place),
  );
}

export function dropContacts(turn: Turn, places: readonly number[]): void {
  setContacts(
    turn,
    contactsOf(turn.state).filter(({ place }) => !places.includes(place)),
  );
}

function setContacts(turn: Turn, phonebook: readonly Contact[]): void {
  const { sim } = turn.state;
  if (sim.state === 'ready' && sim.card) patch(turn, { sim: { ...sim, card: { ...sim.card, phonebook } } });
}
