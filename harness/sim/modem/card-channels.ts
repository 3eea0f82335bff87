import { directoryParameters, fileParameters } from './card-parameters.ts';
import { directories, filesOf, isSamePath, usimAid, type CardFile } from './card-files.ts';
import type { Runtime } from './runtime.ts';
import type { CardState } from './sim-card.ts';

/** What a card says to a command: data, and two bytes of status (TS 102 221 10.2.1). */
export interface CardReply {
  readonly data: Uint8Array;
  readonly status: readonly [sw1: number, sw2: number];
}

/** The logical channels of the card (TS 102 221 8.7). All but channel 0 close when the card loses its supply. */
export interface CardChannels {
  /**
   * @param aid of the application to be selected; none: the channel alone
   * @returns undefined: no channel is free; `channel` is left out where the card has no such application
   */
  open(aid: Uint8Array): (CardReply & { readonly channel?: number }) | undefined;
  /** False: it is not open. */
  close(channel: number): boolean;
  /** A command APDU, of the class that the channel has or not. Undefined: the channel is not open. */
  transmit(channel: number, command: Uint8Array): CardReply | undefined;
}

/** Besides channel 0: what most cards have. */
const MORE_CHANNELS = 3;
const MF = 0x3f00;
const ADF = 0x7fff;

const success = [0x90, 0x00] as const;
const wrongLength = [0x67, 0x00] as const;
const notAllowed = [0x69, 0x81] as const;
const notSatisfied = [0x69, 0x82] as const;
const noFile = [0x69, 0x86] as const;
const notFound = [0x6a, 0x82] as const;
const noRecord = [0x6a, 0x83] as const;
const wrongParameters = [0x6a, 0x86] as const;
const wrongOffset = [0x6b, 0x00] as const;
const unknownInstruction = [0x6d, 0x00] as const;

/** What is selected on a channel. */
interface Selection {
  readonly path: readonly number[];
  readonly file?: CardFile | undefined;
}

interface Command {
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** Le; 0: all there is. */
  readonly length: number;
}

export function createCardChannels(runtime: Runtime): CardChannels {
  let card: CardState | undefined;
  let selected = new Map<number, Selection>();
  /** Those of the card that is in now: another one, or the same with its supply back, starts afresh. */
  const channels = (): Map<number, Selection> => {
    const { sim } = runtime.state;
    const present = sim.powered && sim.state !== 'absent' ? sim.card : undefined;
    if (present?.iccid !== card?.iccid) selected = new Map([[0, { path: [MF] }]]);
    card = present;
    return selected;
  };
  const run = (channel: number, instruction: number, command: Command): CardReply => {
    const found = instructions[instruction];
    const before = channels().get(channel);
    if (!found || !before || !card) return refused(unknownInstruction);
    const isOpen = runtime.state.sim.state === 'ready';
    const { reply, selection } = found({ card, isOpen, runtime, before }, command);
    if (selection) selected.set(channel, selection);
    return reply;
  };
  return {
    open: (aid) => {
      const open = channels();
      const free = Array.from({ length: MORE_CHANNELS }, (_, at) => at + 1).find((one) => !open.has(one));
      if (free === undefined) return undefined;
      open.set(free, { path: [MF] });
      if (aid.length === 0) return { channel: free, data: new Uint8Array(0), status: success };
      const reply = run(free, SELECT, { p1: BY_NAME, p2: WITH_PARAMETERS, data: aid, length: 0 });
      if (reply.status === success) return { channel: free, ...reply };
      open.delete(free);
      return reply;
    },
    close: (channel) => channel !== 0 && channels().delete(channel),
    transmit: (channel, bytes) => {
      if (!channels().has(channel)) return undefined;
      const [, instruction = 0, p1 = 0, p2 = 0, p3 = 0] = bytes;
      if (bytes.length < 4) return refused(wrongLength);
      const hasData = bytes.length > 5;
      if (hasData && bytes.length < 5 + p3) return refused(wrongLength);
      const data = hasData ? bytes.slice(5, 5 + p3) : new Uint8Array(0);
      return run(channel, instruction, { p1, p2, data, length: hasData ? (bytes[5 + p3] ?? 0) : p3 });
    },
  };
}

interface Situation {
  readonly card: CardState;
  /** The PIN has been given, or is not asked for. */
  readonly isOpen: boolean;
  readonly runtime: Runtime;
  readonly before: Selection;
}

interface Outcome {
  readonly reply: CardReply;
  readonly selection?: Selection;
}

type Instruction = (situation: Situation, command: Command) => Outcome;

const SELECT = 0xa4;
const BY_NAME = 0x04;
const WITH_PARAMETERS = 0x04;
const WITHOUT_DATA = 0x0c;

/** TS 102 221 11.1. */
const instructions: Readonly<Record<number, Instruction>> = {
  [SELECT]: select,
  // STATUS
  0xf2: ({ before }) => ({
    reply: answered(directoryParameters(before.path.at(-1) ?? MF, before.path.includes(ADF))),
  }),
  // READ BINARY
  0xb0: reading((file, { p1, p2, length }) => {
    if (!('content' in file)) return refused(notAllowed);
    const offset = p1 * 256 + p2;
    if (offset > file.content.length) return refused(wrongOffset);
    return answered(file.content.slice(offset, length === 0 ? undefined : offset + length));
  }),
  // READ RECORD
  0xb2: reading((file, { p1: number, length }) => {
    if (!('records' in file)) return refused(notAllowed);
    const record = file.records[number - 1];
    if (!record) return refused(noRecord);
    return answered(length === 0 ? record : record.slice(0, length));
  }),
  // VERIFY PIN and UNBLOCK PIN
  0x20: tellingTries(({ pinTries }) => pinTries),
  0x2c: tellingTries(({ pukTries }) => pukTries),
};

function select({ card, runtime, before }: Situation, { p1, p2, data }: Command): Outcome {
  const reply = (parameters: Uint8Array): CardReply =>
    answered(p2 === WITHOUT_DATA ? new Uint8Array(0) : parameters);
  if (p1 === BY_NAME) {
    const isUsim = data.length >= 7 && data.every((byte, at) => byte === usimAid[at]);
    if (!isUsim) return { reply: refused(notFound) };
    return { reply: reply(directoryParameters(ADF, true)), selection: { path: [MF, ADF] } };
  }
  const steps = Array.from(
    { length: data.length >> 1 },
    (_, at) => (data[at * 2] ?? 0) * 256 + (data[at * 2 + 1] ?? 0),
  );
  const id = steps.at(-1);
  if (id === undefined) return { reply: refused(wrongLength) };
  // By path from the master file (8) or from here (9), or by id alone: in this directory, or beside it.
  const bases =
    p1 === 0x08 ? [[MF]] : p1 === 0x09 ? [before.path] : [before.path, before.path.slice(0, -1), [MF]];
  const files = filesOf(card, runtime.network.cell);
  for (const base of bases) {
    const path = [...base, ...steps.slice(0, -1)];
    const file = files.find((one) => one.id === id && isSamePath(one.path, path));
    if (file) return { reply: reply(fileParameters(file)), selection: { path, file } };
    const directory = id === MF ? [MF] : [...path, id];
    if (directories.some((one) => isSamePath(one, directory))) {
      return {
        reply: reply(directoryParameters(id, directory.includes(ADF))),
        selection: { path: directory },
      };
    }
  }
  return { reply: refused(notFound) };
}

function reading(read: (file: CardFile, command: Command) => CardReply): Instruction {
  return ({ before: { file }, isOpen }, command) => {
    if (!file) return { reply: refused(noFile) };
    if (file.readable === 'pin1' && !isOpen) return { reply: refused(notSatisfied) };
    return { reply: read(file, command) };
  };
}

/** Without a PIN such a command tells the tries that are left (TS 102 221 11.1.9 and 11.1.13). */
function tellingTries(left: (pin: Pick<CardState, 'pinTries' | 'pukTries'>) => number): Instruction {
  return ({ card }, { p2, data }) => {
    const pin = p2 === 0x01 ? card : p2 === 0x81 ? card.second : undefined;
    if (data.length > 0 || !pin) return { reply: refused(wrongParameters) };
    const tries = left(pin);
    return { reply: refused(tries === 0 ? [0x69, 0x83] : [0x63, 0xc0 | tries]) };
  };
}

function answered(data: Uint8Array): CardReply {
  return { data, status: success };
}

function refused(status: CardReply['status']): CardReply {
  return { data: new Uint8Array(0), status };
}
