import { pastVerdicts } from '../lab/past-verdicts.ts';
import { findRig } from '../lab/rig-catalogue.ts';
import { loadRigFile } from '../lab/rig-file.ts';
import { reliabilityOf, type Reliability, type Suspect } from '../verdict/reliability.ts';
import { count, percent, plain } from '../verdict/words.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';

/** `rigs reliability [RIG]`: how often verdicts were the rig's fault, and which failures stay with it. */
export async function rigsReliability(args: Arguments, io: Io): Promise<number> {
  const [name] = args.positionals;
  const past = pastVerdicts();
  const wanted = name === undefined ? namesOf(past) : [loadRigFile(findRig(name).path).id];
  const rigs = wanted.flatMap((id) => reliabilityOf(id, past) ?? []);
  if (args.flag('json')) io.out(JSON.stringify({ rigs }, null, 2) + '\n');
  else if (rigs.length === 0)
    io.out(`no verdict from ${name ?? 'a real or virtual rig'} is known here yet\n`);
  else io.out(rigs.map((rig) => `${rig.rig}: ${reliabilityLines(rig).join('\n  ')}\n`).join(''));
  return 0;
}

const namesOf = (past: readonly { readonly rig: string }[]): readonly string[] =>
  [...new Set(past.map(({ rig }) => rig))].sort();

/** For people: how often it was the rig, then each suite whose failures stay with it. */
export function reliabilityLines({ suspects, ...known }: Reliability): readonly string[] {
  const { verdicts, errors, share, codes, since, lastError } = known;
  const of = `of ${count(verdicts, 'verdict')} since ${since.slice(0, 10)}`;
  const bound = `at most ${percent(share.high)} at 95 %`;
  const head =
    errors === 0
      ? `none ${of} was an error of rig or lab (${bound})`
      : `${errors} ${of} ${errors === 1 ? 'was an error' : 'were errors'} of rig or lab (${percent(errors / verdicts)}, ${bound}): ` +
        codes.map(({ code, times }) => `${code} ${times}`).join(', ') +
        `; the last one in ${lastError?.run}`;
  return [head, ...suspects.map(suspectLine)];
}

const suspectLine = ({ suite, failed, of, elsewhere, p }: Suspect): string =>
  `${suite} failed ${failed} of ${of} times here, and ${elsewhere.failed} of ${elsewhere.of} on other rigs with ` +
  `this modem (p ${plain(p)}): look for the reason in this rig, its SIM and its place before the firmware`;
