import { isHarnessError } from '../core/errors.ts';
import { quarantineOf } from '../lab/leases/lease-rig.ts';
import type { QuarantinedRig } from '../lab/leases/quarantine.ts';
import { listRigs, type RigEntry } from '../lab/rig-catalogue.ts';
import { loadRigFile, type RigFile } from '../lab/rig-file.ts';
import { partsOf } from './rig-parts.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';

interface ListedRig extends RigEntry {
  readonly kind?: string;
  readonly title?: string;
  readonly planted?: boolean;
  readonly parts?: Readonly<Record<string, string>>;
  /** The first line of what is wrong with its file. */
  readonly problem?: string;
  /** Why, and since when, nobody may use it. */
  readonly quarantine?: Pick<QuarantinedRig, 'reason' | 'since' | 'who'>;
}

/** `rigs list`: a broken rig file is shown as such, and is no reason to hide the others. */
export async function rigsList(args: Arguments, io: Io): Promise<number> {
  const rigs = listRigs().map(look);
  if (args.flag('json')) io.out(JSON.stringify({ rigs }, null, 2) + '\n');
  else io.out(rigs.length === 0 ? 'no rigs in ./rigs\n' : rigLines(rigs));
  return rigs.some(({ problem }) => problem !== undefined) ? 2 : 0;
}

function look(entry: RigEntry): ListedRig {
  try {
    return { ...entry, ...shown(loadRigFile(entry.path)) };
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return { ...entry, problem: (error as unknown as Error).message.split('\n')[0] ?? '' };
  }
}

function shown(file: RigFile): Omit<ListedRig, keyof RigEntry> {
  const { kind, title, planted } = file;
  const found = file.kind === 'lab' ? quarantineOf(file) : undefined;
  const quarantine = found && { reason: found.reason, since: found.since, who: found.who };
  return { kind, title, planted, parts: partsOf(file), ...(quarantine ? { quarantine } : {}) };
}

/** One line a rig, those with planted defects in a paragraph of their own. */
export function rigLines(rigs: readonly ListedRig[]): string {
  const width = Math.max(...rigs.map(({ id }) => id.length));
  const line = ({ id, kind, title, problem, quarantine }: ListedRig): string => {
    const state = quarantine ? `; in quarantine since ${quarantine.since}: ${quarantine.reason}` : '';
    return `  ${id.padEnd(width)}  ${problem === undefined ? `${kind}  ${title}${state}` : `broken: ${problem}`}\n`;
  };
  const healthy = rigs.filter(({ planted }) => planted !== true).map(line);
  const planted = rigs.filter((rig) => rig.planted === true).map(line);
  const second =
    planted.length > 0 ? ['\nWith a planted defect: run only when named, meant to fail\n', ...planted] : [];
  return ['Rigs\n', ...healthy, ...second].join('');
}

/** All rigs as `run --list` shows them. */
export function describeRigs(): { readonly rigs: readonly object[]; readonly text: string } {
  const rigs = listRigs().map(look);
  return { rigs, text: rigs.length === 0 ? '' : rigLines(rigs) };
}
