import { cme } from '../../../../protocols/at/error-codes.ts';
import type { AtValue } from '../../../../protocols/at/command.ts';
import { filesOf, type CardFile } from '../../card-files.ts';
import { cmeError, constant, integerIn, ok, simObstacle } from './answer.ts';
import type { AtAnswer, AtCall, Family } from './wire.ts';

/** TS 27.007 8.18: files of the card, by the numbers of its own commands. */
export const gppCard: Family = {
  '+CRSM': { set: restrictedAccess, test: constant() },
};

// Instructions and status words of TS 102 221 10.1.2 and 10.2.1.
const READ_BINARY = 176;
const READ_RECORD = 178;
const UPDATES: readonly number[] = [214, 220];
const WRONG_LENGTH = [0x67, 0x00] as const;
const WRONG_KIND = [0x69, 0x81] as const;
const NOT_ALLOWED = [0x69, 0x82] as const;
const NOT_FOUND = [0x6a, 0x82] as const;
const NO_RECORD = [0x6a, 0x83] as const;
const NO_INSTRUCTION = [0x6d, 0x00] as const;

const EMERGENCY_NUMBERS = 0x6fb7;
const EMERGENCY_LENGTH = 15;

function restrictedAccess(at: AtCall, values: readonly AtValue[]): AtAnswer {
  const { state, network } = at.runtime;
  const { card } = state.sim;
  const obstacle = simObstacle(state);
  if (!card || (obstacle !== undefined && obstacle !== cme.simPinRequired)) {
    return cmeError(obstacle ?? cme.simNotInserted);
  }
  const [instruction, id, p1 = 0, p2 = 0, p3 = 0] = values
    .slice(0, 5)
    .map((value) => integerIn(value, 0, 65_535));
  if (instruction === undefined || id === undefined) return cmeError(cme.incorrectParameters);
  const file = filesOf(card, network.cell).find((candidate) => candidate.id === id);
  if (!file) return status(NOT_FOUND);
  if (UPDATES.includes(instruction)) return status(NOT_ALLOWED);
  if (file.readable === 'pin1' && state.sim.state !== 'ready') return status(NOT_ALLOWED);
  if (instruction === READ_BINARY) return readBinary(file, p1 * 256 + p2, p3);
  return instruction === READ_RECORD ? readRecord(file, p1, p3) : status(NO_INSTRUCTION);
}

function readBinary(file: CardFile, offset: number, length: number): AtAnswer {
  const content = contentOf(file);
  if (!content) return status(WRONG_KIND);
  return part(content.subarray(offset), length);
}

/** Firmware reads emergency numbers as a SIM has them: side by side (TS 51.011 10.3.27). A USIM has records. */
function contentOf(file: CardFile): Uint8Array | undefined {
  if ('content' in file) return file.content;
  if (file.id !== EMERGENCY_NUMBERS) return undefined;
  const numbers = file.records.flatMap((record) => [...record.subarray(0, 3)]);
  return Uint8Array.from({ length: EMERGENCY_LENGTH }, (_, place) => numbers[place] ?? 0xff);
}

function readRecord(file: CardFile, number: number, length: number): AtAnswer {
  if (!('records' in file)) return status(WRONG_KIND);
  const record = file.records[number - 1];
  return record ? part(record, length) : status(NO_RECORD);
}

function part(bytes: Uint8Array, length: number): AtAnswer {
  if (length > bytes.length) return status(WRONG_LENGTH);
  const read = length === 0 ? bytes : bytes.subarray(0, length);
  return ok(`+CRSM: 144,0,"${Buffer.from(read).toString('hex').toUpperCase()}"`);
}

function status([first, second]: readonly [number, number]): AtAnswer {
  return ok(`+CRSM: ${first},${second}`);
}
