import { cms } from '../../../../protocols/at/error-codes.ts';
import { splitCentre } from '../../../../protocols/sms/address.ts';
import type { ModemState } from '../../state.ts';
import type { TextRoute, TextStatus, TextStorage } from '../../stored.ts';
import type { Indication } from '../../turn.ts';
import { constant, integerIn, ok } from './answer.ts';
import { inWords, isTextMode } from './text-mode.ts';
import type { Answer, AtAnswer, AtCall, CommandSpec } from './wire.ts';

/** By number of TS 27.005 3.1: REC UNREAD, REC READ, STO UNSENT, STO SENT. */
export const TEXT_STATUS: readonly TextStatus[] = ['unread', 'read', 'unsent', 'sent'];

export function cmsError(code: number): AtAnswer {
  return { lines: [], result: { kind: 'cms', code } };
}

/** Which memory this port lists, reads and deletes in (+CPMS, the first value). */
export function storageOf(at: AtCall): TextStorage {
  return memoryOf(at, 1);
}

/** Which memory this port writes to and sends from (+CPMS, the second value). */
export function writingStorageOf(at: AtCall): TextStorage {
  return memoryOf(at, 2);
}

export function workOn({ wire }: AtCall, use: 1 | 2, storage: TextStorage): void {
  wire.others.set(`+CPMS ${use}`, storage === 'device' ? 1 : 0);
}

function memoryOf({ wire }: AtCall, use: 1 | 2): TextStorage {
  return wire.others.get(`+CPMS ${use}`) === 1 ? 'device' : 'sim';
}

export function pduLine(pdu: Uint8Array): string {
  return Buffer.from(pdu).toString('hex').toUpperCase();
}

/** Runs `answer` when that memory can be read, or says what is the matter with the card. */
export function withTexts<A extends Answer>(at: AtCall, storage: TextStorage, answer: () => A): A | AtAnswer {
  const code = storage === 'sim' ? cardObstacle(at.runtime.state) : undefined;
  return code === undefined ? answer() : cmsError(code);
}

function cardObstacle({ sim }: ModemState): number | undefined {
  const codes = {
    ready: undefined,
    pin: cms.simPinRequired,
    puk: cms.simPukRequired,
    absent: cms.simNotInserted,
    busy: cms.simBusy,
    failed: cms.simFailure,
  };
  return codes[sim.state];
}

/**
 * +CNMI (TS 27.005 3.4.1). Its second value is where messages without a class go: 1 to a memory, 2 to the host. The others
 * are remembered: the emulated network broadcasts nothing and reports nothing.
 */
export const newTexts: CommandSpec = {
  read: (at) => ok(`+CNMI: ${[0, 1, 2, 3, 4].map((place) => cnmi(at, place)).join(',')}`),
  test: constant('+CNMI: (0,1,2),(0,1,2),(0,2),(0,1,2),(0,1)'),
  set: (at, values) => {
    const numbers = values.map((value) => integerIn(value, 0, 2));
    if (numbers.length === 0 || numbers.length > 5 || numbers.includes(undefined))
      return cmsError(cms.notSupported);
    for (const [place, number] of numbers.entries()) {
      if (number !== undefined) at.wire.others.set(`+CNMI ${place}`, number);
    }
    const [, way] = numbers;
    if (way === 1 || way === 2) routeTo(at, way === 2 ? 'transfer' : 'store');
    return ok();
  },
};

function cnmi({ wire }: AtCall, place: number): number {
  return wire.others.get(`+CNMI ${place}`) ?? 0;
}

function routeTo({ runtime }: AtCall, action: TextRoute['action']): void {
  const textRoutes = runtime.state.stored.textRoutes.map((route): TextRoute =>
    route.class === undefined ? { ...route, action, storage: route.storage ?? 'sim' } : route,
  );
  runtime.input({ kind: 'store', change: { textRoutes } });
}

/** `+CMTI: "SM",3`, or the message itself with its head. */
export function textNews(
  at: AtCall,
  { pdu, stored }: Extract<Indication, { kind: 'text' }>,
): readonly (readonly string[])[] {
  if (cnmi(at, 0) === 0 || cnmi(at, 1) === 0) return [];
  if (stored) return [[`+CMTI: "${stored.storage === 'sim' ? 'SM' : 'ME'}",${stored.place}`]];
  if (!isTextMode(at)) return [[`+CMT: ,${splitCentre(pdu).tpdu.length}`, pduLine(pdu)]];
  const { alone, data } = inWords(at, pdu);
  return [[`+CMT: ${alone}`, data]];
}
