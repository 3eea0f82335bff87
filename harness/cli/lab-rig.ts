import type { LabRigFile } from '../lab/rig-file.ts';
import { usageError } from './usage.ts';
import { rigFileOf } from './with-rig.ts';

/** The file of a lab rig: only real hardware is leased, every simulated rig is one of its own. */
export function labRigOf(name: string): LabRigFile {
  const file = rigFileOf(name);
  if (file.kind === 'lab') return file;
  throw usageError(
    'lease',
    `${file.id} is a ${file.kind} rig: everybody has one of his own`,
    'only lab rigs are leased',
  );
}
