import {
  phonebookConfiguration,
  phonebookDelete,
  phonebookRead,
  phonebookWrite,
} from '../../../../protocols/mbim/phonebook.ts';
import type { ValueOf } from '../../../../protocols/binary/field.ts';
import type { ModemState } from '../../state.ts';
import { contactsOf, freeContactPlace, phonebookLimits } from '../../phonebook.ts';
import { handle, type MbimHandler } from './handler.ts';
import { cardObstacle } from './obstacle.ts';

/** What PHONEBOOK_CONFIGURATION says, asked or unasked. */
export function phonebookState(state: ModemState): ValueOf<typeof phonebookConfiguration.response> {
  const { places, numberLength, nameLength } = phonebookLimits;
  return {
    state: 'initialized',
    entries: places,
    usedEntries: contactsOf(state).length,
    maxNumberLength: numberLength,
    maxNameLength: nameLength,
  };
}

/** The card's phone book. */
export const phonebookHandlers: readonly MbimHandler[] = [
  handle(phonebookConfiguration)({
    query: ({ runtime }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      return { values: phonebookState(runtime.state) };
    },
  }),
  handle(phonebookRead)({
    query: ({ runtime }, { flag, index }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      const found = contactsOf(runtime.state).filter(({ place }) => flag === 'all' || place === index);
      if (flag === 'index' && found.length === 0) return { status: 'InvalidMemoryIndex' };
      return {
        values: { entries: found.map(({ place, number, name }) => ({ index: place, number, name })) },
      };
    },
  }),
  handle(phonebookDelete)({
    set: ({ runtime }, { flag, index }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      const places = contactsOf(runtime.state)
        .map(({ place }) => place)
        .filter((place) => flag === 'all' || place === index);
      if (flag === 'index' && places.length === 0) return { status: 'InvalidMemoryIndex' };
      runtime.input({ kind: 'dropContacts', places });
      return { values: {} };
    },
  }),
  handle(phonebookWrite)({
    set: ({ runtime }, { place: where, index, number, name }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      if (!/^\+?[\d*#]+$/.test(number)) return { status: 'InvalidParameters' };
      const { places, numberLength, nameLength } = phonebookLimits;
      if (number.length > numberLength || name.length > nameLength) return { status: 'ParameterTooLong' };
      const place = where === 'index' ? index : freeContactPlace(runtime.state);
      if (place === undefined) return { status: 'MemoryFull' };
      if (place < 1 || place > places) return { status: 'InvalidMemoryIndex' };
      runtime.input({ kind: 'writeContact', contact: { place, number, name } });
      return { values: {} };
    },
  }),
];
