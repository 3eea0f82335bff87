import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import { addressOf, wholeNumber } from '../../../../protocols/sms/address.ts';
import { contactsOf, freeContactPlace, phonebookLimits } from '../../phonebook.ts';
import type { Contact } from '../../sim-card.ts';
import { cmeError, constant, integerIn, ok, withSim } from './answer.ts';
import { fromHost, toHost } from './text-mode.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.007 8.11 to 8.14: the card's phone book, and its own numbers. */
export const gppPhonebook: Family = {
  '+CPBS': { read: storage, set: chooseStorage, test: constant('+CPBS: ("SM","ON")') },
  '+CPBR': { set: readEntries, test: readHelp },
  '+CPBF': { set: findEntries, test: findHelp },
  '+CPBW': { set: writeEntry, test: writeHelp },
};

const storages = ['SM', 'ON'] as const;
const { places, numberLength, nameLength } = phonebookLimits;

function chosen({ wire }: AtCall): (typeof storages)[number] {
  return storages[wire.others.get('+CPBS') ?? 0] ?? 'SM';
}

/** Places that there are; a card has one number of its own. */
function limitOf(at: AtCall): number {
  return chosen(at) === 'SM' ? places : 1;
}

function entriesOf(at: AtCall): readonly Contact[] {
  if (chosen(at) === 'SM') return contactsOf(at.runtime.state);
  const number = at.runtime.state.sim.card?.msisdn;
  return number ? [{ place: 1, number, name: '' }] : [];
}

function storage(at: AtCall): AtAnswer {
  return withSim(at, () => ok(`+CPBS: "${chosen(at)}",${entriesOf(at).length},${limitOf(at)}`));
}

function chooseStorage(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const found = storages.findIndex((name) => name === values[0]?.text.toUpperCase());
  if (found < 0 || values.length > 1) return cmeError(cme.notAllowed);
  return withSim(at, () => {
    at.wire.others.set('+CPBS', found);
    return ok();
  });
}

function readHelp(at: AtCall): AtAnswer {
  return withSim(at, () => ok(`+CPBR: (1-${limitOf(at)}),${numberLength},${nameLength}`));
}

function findHelp(at: AtCall): AtAnswer {
  return withSim(at, () => ok(`+CPBF: ${numberLength},${nameLength}`));
}

function writeHelp(at: AtCall): AtAnswer {
  return withSim(at, () => ok(`+CPBW: (1-${limitOf(at)}),${numberLength},(129,145),${nameLength}`));
}

function line(at: AtCall, name: string, contact: Contact): string {
  return `${name}: ${contact.place},"${contact.number}",${addressOf(contact.number).type},"${toHost(at, contact.name)}"`;
}

/** `=first[,last]`: those of these places that are written. */
function readEntries(at: AtCall, values: readonly AtValue[]): AtAnswer {
  return withSim(at, () => {
    const [first, last = first] = values.map((value) => integerIn(value, 1, limitOf(at)));
    if (first === undefined || last === undefined || values.length > 2) return cmeError(cme.invalidIndex);
    const found = entriesOf(at).filter(({ place }) => place >= first && place <= last);
    return ok(...found.map((contact) => line(at, '+CPBR', contact)));
  });
}

function findEntries(at: AtCall, values: readonly AtValue[]): AtAnswer {
  return withSim(at, () => {
    const start = fromHost(at, values[0]?.text ?? '');
    if (start === undefined || values.length > 1) return cmeError(cme.incorrectParameters);
    const found = entriesOf(at).filter(({ name }) => name.toLowerCase().startsWith(start.toLowerCase()));
    return found.length > 0
      ? ok(...found.map((contact) => line(at, '+CPBF', contact)))
      : cmeError(cme.notFound);
  });
}

/** `=[place][,number[,type[,name]]]`: without a number the place is emptied, without a place a free one is taken. */
function writeEntry(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const [where, number, type, name] = values;
  return withSim(at, () => {
    if (chosen(at) !== 'SM' || values.length > 4) return cmeError(cme.notAllowed);
    const place = where?.text ? integerIn(where, 1, places) : freeContactPlace(at.runtime.state);
    if (place === undefined) return cmeError(where?.text ? cme.invalidIndex : cme.memoryFull);
    if (!number?.text) return where?.text ? empty(at, place) : cmeError(cme.incorrectParameters);
    return write(at, place, wholeNumber(number.text, type?.text), name?.text ?? '');
  });
}

function write(at: AtCall, place: number, number: string, typedName: string): AtAnswer {
  const name = fromHost(at, typedName);
  if (!/^\+?[\d*#]+$/.test(number)) return cmeError(cme.invalidDialString);
  if (number.replace('+', '').length > numberLength) return cmeError(cme.dialStringTooLong);
  if (name === undefined) return cmeError(cme.invalidCharacters);
  if (name.length > nameLength) return cmeError(cme.textTooLong);
  at.runtime.input({ kind: 'writeContact', contact: { place, number, name } });
  return ok();
}

function empty({ runtime }: AtCall, place: number): AtAnswer {
  runtime.input({ kind: 'dropContacts', places: [place] });
  return ok();
}
