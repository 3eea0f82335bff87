import * as uim from '../../../../../protocols/qmi/uim/files.ts';
import type { TlvSpecs } from '../../../../../protocols/qmi/declare.ts';
import { cardObstacle } from '../card-pin.ts';
import { handle, type QmiAnswer, type QmiCall, type QmiHandler } from '../handler.ts';
import { directoryParameters, fileParameters, sizesOf } from '../../../card-parameters.ts';
import { directories, filesOf, isSamePath, type CardFile } from '../../../card-files.ts';

// Status words, TS 102 221 10.2.1.
const success = { sw1: 0x90, sw2: 0x00 };
const notFound = { sw1: 0x6a, sw2: 0x82 };
const noRecord = { sw1: 0x6a, sw2: 0x83 };
const notSatisfied = { sw1: 0x69, sw2: 0x82 };
const wrongKind = { sw1: 0x69, sw2: 0x81 };
const wrongOffset = { sw1: 0x6b, sw2: 0x00 };

interface FileName {
  readonly id: number;
  readonly path: Uint8Array;
}

type Refusal = QmiAnswer<typeof uim.readTransparent.response>;

export const readHandlers: readonly QmiHandler[] = [
  handle(uim.readTransparent, (call, { file, range }) =>
    withReadable(call, file, (found) => {
      if (!('content' in found)) return refused('Internal', wrongKind);
      if (range.offset > found.content.length) return refused('Internal', wrongOffset);
      const end = range.length === 0 ? undefined : range.offset + range.length;
      return { values: { cardResult: success, content: found.content.slice(range.offset, end) } };
    }),
  ),
  handle(uim.readRecord, (call, { file, record, last }) =>
    withReadable(call, file, (found) => {
      if (!('records' in found)) return refused('Internal', wrongKind);
      const first = found.records[record.number - 1];
      if (!first) return refused('Internal', noRecord);
      const content = record.length === 0 ? first : first.slice(0, record.length);
      const more = last === undefined ? undefined : joined(found.records.slice(record.number, last));
      return { values: { cardResult: success, content, more } };
    }),
  ),
  handle(uim.getFileAttributes, (call, { file }) => {
    const obstacle = cardObstacle(call.runtime.state.sim);
    if (obstacle) return { error: obstacle };
    const found = find(call, file);
    if (!found && isDirectory(file))
      return { values: { cardResult: success, attributes: directory(file.id) } };
    if (!found) return refused('SimFileNotFound', notFound);
    return { values: { cardResult: success, attributes: attributesOf(found) } };
  }),
];

function withReadable<A extends TlvSpecs>(
  call: QmiCall,
  name: FileName,
  read: (file: CardFile) => QmiAnswer<A> | Refusal,
): QmiAnswer<A> | Refusal {
  const { sim } = call.runtime.state;
  const obstacle = cardObstacle(sim);
  if (obstacle) return { error: obstacle };
  const file = find(call, name);
  if (!file) return refused('SimFileNotFound', notFound);
  if (file.readable === 'pin1' && sim.state !== 'ready') return refused('AccessDenied', notSatisfied);
  return read(file);
}

function refused(
  error: 'Internal' | 'SimFileNotFound' | 'AccessDenied',
  cardResult: { readonly sw1: number; readonly sw2: number },
): { readonly error: typeof error; readonly values: { readonly cardResult: typeof cardResult } } {
  return { error, values: { cardResult } };
}

function find({ runtime }: QmiCall, { id, path }: FileName): CardFile | undefined {
  const { card } = runtime.state.sim;
  if (!card) return undefined;
  const steps = stepsOf(path);
  return filesOf(card, runtime.network.cell).find((file) => file.id === id && isSamePath(file.path, steps));
}

function isDirectory({ id, path }: FileName): boolean {
  return directories.some((steps) => isSamePath(steps, [...stepsOf(path), id]));
}

function stepsOf(path: Uint8Array): readonly number[] {
  return Array.from(
    { length: path.length >> 1 },
    (_, at) => (path[at * 2] ?? 0) | ((path[at * 2 + 1] ?? 0) << 8),
  );
}

function joined(records: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(records.flatMap((record) => [...record]));
}

const PIN1 = 1;
const ADM = 8;
const never = { logic: 'never', keys: 0 } as const;
const administrator = { logic: 'single', keys: ADM } as const;

function attributesOf(file: CardFile) {
  const { size, recordSize, recordCount } = sizesOf(file);
  const read = file.readable === 'always' ? { logic: 'always', keys: 0 } : { logic: 'single', keys: PIN1 };
  return {
    size,
    id: file.id,
    type: 'records' in file ? 'linear-fixed' : 'transparent',
    recordSize,
    recordCount,
    read: read as { readonly logic: 'always' | 'single'; readonly keys: number },
    write: administrator,
    increase: never,
    deactivate: administrator,
    activate: administrator,
    raw: fileParameters(file),
  } as const;
}

function directory(id: number) {
  return {
    size: 0,
    id,
    type: id === 0x3f00 ? 'master-file' : 'dedicated-file',
    recordSize: 0,
    recordCount: 0,
    read: { logic: 'always', keys: 0 },
    write: never,
    increase: never,
    deactivate: never,
    activate: never,
    raw: directoryParameters(id),
  } as const;
}
