import { cms } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import { addressOf, splitCentre, wholeNumber } from '../../../../protocols/sms/address.ts';
import type { TextAnswer } from '../../runtime.ts';
import type { TextMessage, TextStatus, TextStorage } from '../../stored.ts';
import { freePlace, textPlaces, textsOf, tpduOf } from '../../texts.ts';
import { constant, error, integerIn, ok } from './answer.ts';
import {
  composeText,
  fromHost,
  inWords,
  isTextMode,
  listedInWords,
  statusWords,
  toHost,
} from './text-mode.ts';
import {
  cmsError,
  newTexts,
  pduLine,
  storageOf,
  TEXT_STATUS,
  withTexts,
  workOn,
  writingStorageOf,
} from './text-words.ts';
import type { Answer, AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.005: text messages, in hexadecimal or in words. */
export const gppText: Family = {
  '+CPMS': {
    read: (at) => withTexts(at, 'sim', () => ok(`+CPMS: ${memories(at)}`)),
    test: constant('+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")'),
    set: chooseMemories,
  },
  '+CNMI': newTexts,
  '+CSCA': { read: readCentre, set: setCentre, test: constant() },
  '+CMGL': { exec: (at) => listTexts(at, 'unread'), set: listSome, test: listHelp },
  '+CMGR': { set: readText, test: constant() },
  '+CMGS': { set: sendText, test: constant() },
  '+CMGW': { set: writeText, test: constant() },
  '+CMSS': { set: sendKept, test: constant() },
  '+CMGD': { set: dropText, test: constant('+CMGD: (0-254),(0-4)') },
};

const shortNames = { sim: 'SM', device: 'ME' } as const;
const memoryByName: ReadonlyMap<string, TextStorage> = new Map([
  ['SM', 'sim'],
  ['ME', 'device'],
]);

function memories(at: AtCall): string {
  return memoriesOf(at)
    .map((storage) => `"${shortNames[storage]}",${usage(at, storage)}`)
    .join(',');
}

function memoriesOf(at: AtCall): readonly TextStorage[] {
  const { textRoutes } = at.runtime.state.stored;
  const arriving = textRoutes.find((route) => route.class === undefined);
  return [storageOf(at), writingStorageOf(at), arriving?.storage ?? storageOf(at)];
}

function usage({ runtime }: AtCall, storage: TextStorage): string {
  return `${textsOf(runtime.state, storage).length},${textPlaces[storage]}`;
}

/** The first two are the port's own; the third is where messages go that come. Those that are left out stay. */
function chooseMemories(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const wanted = values.map(({ text }) => memoryByName.get(text.toUpperCase()));
  if (wanted.length === 0 || wanted.length > 3 || wanted.includes(undefined)) return cmsError(cms.notAllowed);
  return withTexts(at, 'sim', () => {
    const [own, written, arriving] = wanted;
    if (own) workOn(at, 1, own);
    if (written) workOn(at, 2, written);
    if (arriving) {
      const { textRoutes } = at.runtime.state.stored;
      const routes = textRoutes.map((route) =>
        route.class === undefined ? { ...route, storage: arriving } : route,
      );
      at.runtime.input({ kind: 'store', change: { textRoutes: routes } });
    }
    const counts = memoriesOf(at).map((storage) => usage(at, storage));
    return ok(`+CPMS: ${counts.join(',')}`);
  });
}

function readCentre(at: AtCall): AtAnswer {
  return withTexts(at, 'sim', () => {
    const number = at.runtime.state.sim.card?.textCentre ?? '';
    return ok(`+CSCA: "${toHost(at, number)}",${addressOf(number).type}`);
  });
}

function setCentre(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const [typed = '', kind] = values.map(({ text }) => text);
  const number = fromHost(at, typed) ?? '';
  if (!/^\+?\d{3,20}$/.test(number)) return error;
  return withTexts(at, 'sim', () => {
    at.runtime.input({ kind: 'setTextCentre', number: wholeNumber(number, kind) });
    return ok();
  });
}

function listHelp(at: AtCall): AtAnswer {
  const words = [...TEXT_STATUS.map((status) => statusWords[status]), 'ALL'].map((word) => `"${word}"`);
  return ok(`+CMGL: (${isTextMode(at) ? words.join(',') : '0-4'})`);
}

function listSome(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const wanted = isTextMode(at) ? wordedStatus(values[0]) : numberedStatus(values[0]);
  if (wanted === undefined || values.length > 1) return cmsError(cms.notAllowed);
  return listTexts(at, wanted);
}

function numberedStatus(value: AtValue | undefined): TextStatus | 'all' | undefined {
  const number = integerIn(value, 0, 4);
  return number === undefined ? undefined : (TEXT_STATUS[number] ?? 'all');
}

function wordedStatus(value: AtValue | undefined): TextStatus | 'all' | undefined {
  const word = value?.text.toUpperCase();
  return word === 'ALL' ? 'all' : TEXT_STATUS.find((status) => statusWords[status] === word);
}

function listTexts(at: AtCall, wanted: TextStatus | 'all'): AtAnswer {
  const storage = storageOf(at);
  return withTexts(at, storage, () => {
    const texts = textsOf(at.runtime.state, storage).filter(
      ({ status }) => wanted === 'all' || status === wanted,
    );
    for (const text of texts) markRead(at, storage, text);
    const listed = isTextMode(at) ? listedInWords : listedAsPdu;
    return ok(...texts.flatMap((text) => listed(at, text)));
  });
}

function listedAsPdu(_at: AtCall, text: TextMessage): readonly string[] {
  return [`+CMGL: ${text.place},${describe(text)}`, pduLine(text.pdu)];
}

function readText(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const storage = storageOf(at);
  return withKept(at, storage, values, (text) => {
    markRead(at, storage, text);
    if (!isTextMode(at)) return ok(`+CMGR: ${describe(text)}`, pduLine(text.pdu));
    const { alone, data } = inWords(at, text.pdu);
    return ok(`+CMGR: "${statusWords[text.status]}",${alone}`, data);
  });
}

/** Status, no name, and the length of the message without its centre's address. */
function describe({ status, pdu }: TextMessage): string {
  return `${TEXT_STATUS.indexOf(status)},,${splitCentre(pdu).tpdu.length}`;
}

function markRead({ runtime }: AtCall, storage: TextStorage, { place, status }: TextMessage): void {
  if (status === 'unread') runtime.input({ kind: 'markText', storage, place, status: 'read' });
}

function sendText(at: AtCall, values: readonly AtValue[]): Answer {
  const typed = isTextMode(at) ? withWords(at, values) : withPdu(at, values);
  return typed((pdu) => send(at, '+CMGS', pdu));
}

/** `=length[,stat]`, or in words `[=number[,type[,stat]]]`. */
function writeText(at: AtCall, values: readonly AtValue[]): Answer {
  const words = isTextMode(at);
  const place = words ? 2 : 1;
  const given = values[place];
  const status = given === undefined ? 'unsent' : words ? wordedStatus(given) : numberedStatus(given);
  if (!status || status === 'all') return cmsError(cms.notAllowed);
  const typed = words ? withWords(at, values.slice(0, place)) : withPdu(at, values.slice(0, place));
  return typed((pdu) => keep(at, status, pdu));
}

function keep(at: AtCall, status: TextStatus, pdu: Uint8Array): AtAnswer {
  const storage = writingStorageOf(at);
  const place = freePlace(at.runtime.state, storage);
  if (place === undefined) return cmsError(cms.memoryFull);
  at.runtime.input({ kind: 'keepText', storage, status, pdu });
  return ok(`+CMGW: ${place}`);
}

function sendKept(at: AtCall, values: readonly AtValue[]): Answer {
  const storage = writingStorageOf(at);
  return withKept(at, storage, values, (text) => {
    if (!tpduOf(text.pdu)) return cmsError(cms.notAllowed);
    return send(at, '+CMSS', text.pdu, () =>
      at.runtime.input({ kind: 'markText', storage, place: text.place, status: 'sent' }),
    );
  });
}

function send(at: AtCall, name: string, pdu: Uint8Array, sent: () => void = () => undefined): Answer {
  return new Promise((resolve) => {
    at.runtime.sendText(pdu, (answer: TextAnswer) => {
      if ('refused' in answer) return resolve(cmsError(causeOf(answer.refused)));
      sent();
      return resolve(ok(`${name}: ${answer.reference}`));
    });
  });
}

/** RP-causes stand for themselves (TS 27.005 3.2.5: 0 to 127). */
function causeOf(refused: Extract<TextAnswer, { refused: unknown }>['refused']): number {
  if (typeof refused === 'number') return refused;
  return refused === 'no-service' ? cms.noNetworkService : cms.invalidPdu;
}

/** What is to become of the message that the host types behind the prompt. */
type Typed = (use: (pdu: Uint8Array) => Answer) => Answer;

/** `=length`, then the message in hexadecimal behind the prompt. */
function withPdu(at: AtCall, values: readonly AtValue[]): Typed {
  const length = integerIn(values[0], 7, 164);
  if (length === undefined || values.length > 1) return () => cmsError(cms.invalidPdu);
  return asked(at, cms.invalidPdu, (text) => {
    const digits = text.replace(/\s/g, '');
    if (!/^(?:[0-9A-F]{2})+$/i.test(digits)) return undefined;
    const pdu = Uint8Array.from(Buffer.from(digits, 'hex'));
    return tpduOf(pdu)?.length === length ? pdu : undefined;
  });
}

/** `="number"[,type]`, then the message in words. */
function withWords(at: AtCall, values: readonly AtValue[]): Typed {
  const number = fromHost(at, values[0]?.text ?? '') ?? '';
  if (!/^\+?[\d*#]{1,20}$/.test(number) || values.length > 2) return () => cmsError(cms.invalidTextParameter);
  const to = wholeNumber(number, values[1]?.text);
  return asked(at, cms.invalidTextParameter, (text) => composeText(at, to, text));
}

/** @param read undefined: the host typed what is no message */
function asked(at: AtCall, code: number, read: (text: string) => Uint8Array | undefined): Typed {
  return (use) =>
    withTexts<Answer>(at, 'sim', () => ({
      ...ok(),
      prompt: (text: string | undefined) => {
        if (text === undefined) return ok();
        const pdu = read(text);
        return pdu ? use(pdu) : cmsError(code);
      },
    }));
}

function dropText(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const flag = values.length > 1 ? integerIn(values[1], 0, 4) : 0;
  if (flag === undefined) return cmsError(cms.notAllowed);
  if (flag === 0) {
    return withKept(at, storageOf(at), values.slice(0, 1), ({ place }) => drop(at, [place]));
  }
  // 1: those that were read; 2: and sent; 3: and unsent; 4: all (TS 27.005 3.5.4).
  const goes = (['read', 'sent', 'unsent', 'unread'] as const).slice(0, flag);
  return withTexts(at, storageOf(at), () => {
    const texts = textsOf(at.runtime.state, storageOf(at));
    return drop(
      at,
      texts.filter(({ status }) => goes.includes(status)).map(({ place }) => place),
    );
  });
}

function drop(at: AtCall, places: readonly number[]): AtAnswer {
  at.runtime.input({ kind: 'dropTexts', storage: storageOf(at), places });
  return ok();
}

function withKept<A extends Answer>(
  at: AtCall,
  storage: TextStorage,
  values: readonly AtValue[],
  use: (text: TextMessage) => A,
): A | AtAnswer {
  const place = integerIn(values[0], 0, 254);
  if (place === undefined || values.length > 1) return cmsError(cms.notAllowed);
  return withTexts(at, storage, () => {
    const text = textsOf(at.runtime.state, storage).find((candidate) => candidate.place === place);
    return text ? use(text) : cmsError(cms.invalidIndex);
  });
}
