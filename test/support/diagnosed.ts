import { diagnose, readLog, type Diagnosis } from '../../harness/diagnosis/index.ts';

/** The diagnosis of a pasted text, and the ids of its faults in order. */
export function diagnosed(text: string | Uint8Array): Diagnosis & { readonly faults: readonly string[] } {
  const diagnosis = diagnose(readLog(text));
  return { ...diagnosis, faults: diagnosis.causes.map((cause) => cause.fault) };
}
