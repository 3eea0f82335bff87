import type { RigFile } from '../lab/rig-file.ts';
import type { RigRecord } from '../report/run-record.ts';

/** What a rig is made of, for lists and reports. */
export function partsOf(file: RigFile): Record<string, string> {
  const { model } = file.modem;
  if (file.kind === 'lab') return { router: file.router.host, modem: model };
  if (file.kind === 'virtual') return { guest: file.guest, modem: model };
  return { board: file.router.board, firmware: file.router.firmware, modem: model };
}

export function rigRecordOf(file: RigFile): RigRecord {
  const { id, title, kind, path } = file;
  return { id, title, kind, path, parts: partsOf(file) };
}
