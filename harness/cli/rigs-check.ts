import { quarantineOf } from '../lab/leases/lease-rig.ts';
import { pastVerdicts } from '../lab/past-verdicts.ts';
import { findRig } from '../lab/rig-catalogue.ts';
import { loadRigFile } from '../lab/rig-file.ts';
import { reliabilityOf } from '../verdict/reliability.ts';
import { checkRig } from './check-rig.ts';
import type { Io } from './io.ts';
import { reliabilityLines } from './rigs-reliability.ts';
import type { Arguments } from './spec.ts';
import { waitOf } from './wait.ts';

/** `rigs check RIG`: 0 where all is as it should be, 2 where it is not. */
export async function rigsCheck(args: Arguments, io: Io): Promise<number> {
  const { id, path } = findRig(args.positionals[0] as string);
  const file = loadRigFile(path);
  const quiet = args.flag('json');
  const say = (text: string): void => (quiet ? io.err(text) : io.out(text));
  const quarantine = file.kind === 'lab' ? quarantineOf(file) : undefined;
  say(`${file.title}\n`);
  if (quarantine) say(`in quarantine since ${quarantine.since} (${quarantine.who}): ${quarantine.reason}\n`);
  const options = { cutPower: args.flag('power'), wait: waitOf(args) };
  const { failed, ...checked } = await checkRig(file, options, say);
  const reliability = reliabilityOf(file.id, pastVerdicts());
  if (reliability) say(`Until now ${reliabilityLines(reliability).join('\n  ')}\n`);
  if (quiet) {
    const found = { ...checked, quarantine: quarantine ?? null, reliability: reliability ?? null };
    const document = { id, path, ok: failed === undefined, ...found };
    io.out(JSON.stringify(document, null, 2) + '\n');
  }
  say(`${failed ? 'Not everything answers' : 'Everything answers'}. Next: ${checked.next}\n`);
  return failed ? 2 : 0;
}
