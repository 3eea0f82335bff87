import type { Ctx } from '../core/ctx.ts';
import { HarnessError, messageOf } from '../core/errors.ts';
import { formatMs, minutes } from '../core/units.ts';
import { saveBackup } from '../lab/firmware/backups.ts';
import { addFirmware, findFirmware, readKept } from '../lab/firmware/catalogue.ts';
import { firmwareBefore, imageOn, noteBefore, noteFlashed } from '../lab/firmware/history.ts';
import { readFirmwareFile, type FirmwareFile } from '../lab/firmware/image-file.ts';
import { quarantineMeanwhile } from '../lab/leases/meanwhile.ts';
import type { RigFile } from '../lab/rig-file.ts';
import { flash as flashRouter, type Flashed, type FlashPlan } from '../procedures/flash/flash.ts';
import { releaseOf } from '../procedures/flash/image.ts';
import { flashStages, type FlashedStage } from '../procedures/flash/stages.ts';
import type { Rig } from '../rig/rig.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';
import { usageError } from './usage.ts';
import { waitOf } from './wait.ts';
import { rigFileOf, withRig } from './with-rig.ts';

/** All stages with the most that each may take. */
const LIMIT = minutes(75);

/** `flash RIG IMAGE`, `flash RIG --back`: 0 when the image is proven to run. */
export async function flash(args: Arguments, io: Io): Promise<number> {
  const file = rigFileOf(args.positionals[0] ?? '');
  if (file.kind === 'sim') throw noFlash(file);
  const named = namedImage(args);
  const settings = settingsOf(args);
  const quiet = args.flag('json');
  const say = (text: string): void => (quiet ? io.err(text) : io.out(text));
  const body = async (ctx: Ctx, rig: Rig): Promise<FlashedImage> => {
    // Read once nobody else has the rig: whoever had it may have flashed it.
    const image = named ?? imageBefore(file, say);
    const { facts } = image;
    if (!quiet) io.out(`${file.id} <- ${facts.name} (${releaseOf(facts)})\n`);
    const plan = {
      settings,
      again: args.flag('again'),
      onStage: (stage: FlashedStage) => say(describe(stage)),
    };
    return { image: facts, ...(await flashKept(ctx, rig, file, image, plan)) };
  };
  const result = await withRig(file, `flash of ${file.id}`, LIMIT, body, { wait: waitOf(args) });
  if (quiet) io.out(JSON.stringify({ rig: file.id, ...result }, null, 2) + '\n');
  else io.out(conclusion(file.id, result));
  return 0;
}

interface FlashedImage extends Flashed {
  readonly image: FirmwareFile['facts'];
}

/** Flashes it, and keeps what runs before and after; a lab rig is in quarantine meanwhile. */
async function flashKept(
  ctx: Ctx,
  rig: Rig,
  file: RigFile,
  { facts, bytes }: FirmwareFile,
  how: Pick<FlashPlan, 'settings' | 'again' | 'onStage'>,
): Promise<Flashed> {
  const meanwhile = file.kind === 'lab' ? quarantineMeanwhile(file) : undefined;
  let written = false;
  const plan: FlashPlan = {
    ...how,
    image: { ...facts, bytes },
    runs: (board) => sameImage(imageOn(file.id, board), facts.sha256),
    saveBackup: (archive) => saveBackup(file.id, archive),
    onCommit: (before) => {
      noteBefore(file.id, before);
      written = true;
      meanwhile?.begin(`a flash with ${facts.name} was begun, and has not come to its end`, new Date());
    },
  };
  try {
    const flashed = await flashRouter(ctx, rig, plan);
    if (flashed.outcome === 'flashed') {
      noteFlashed(file.id, flashed.after, facts.sha256);
      addFirmware({ facts, bytes }, { flavour: flashed.after.flavour });
    }
    if (written) meanwhile?.end();
    return flashed;
  } catch (error) {
    if (written) meanwhile?.fail(messageOf(error), new Date());
    throw error;
  }
}

/** Undefined: `--back`. */
function namedImage(args: Arguments): FirmwareFile | undefined {
  const name = args.positionals[1];
  if (args.flag('back') === (name !== undefined)) {
    throw usageError('flash', 'it takes either an image or --back', 'see: wwanlab flash --help');
  }
  if (name === undefined) return undefined;
  const sha256 = args.text('sha256');
  const found = sha256 === undefined ? findFirmware(name) : readFirmwareFile(name, sha256);
  return { bytes: found.bytes, facts: addFirmware(found, {}) };
}

/** Says it where the image is known by its release alone: a build with other packages has the same. */
function imageBefore(file: RigFile, say: (text: string) => void): FirmwareFile {
  const { facts, flashedFromHere } = firmwareBefore(file.id);
  if (!flashedFromHere) {
    const release = `${releaseOf(facts)}, which ran before and was not flashed from here`;
    say(
      `--back takes ${facts.name} (${facts.sha256.slice(0, 12)}), the only image of ${release}: a build of one's own with that release would be another one; then name its file instead\n`,
    );
  }
  return readKept(facts);
}

const sameImage = (runs: string | undefined, wanted: string): boolean | undefined =>
  runs === undefined ? undefined : runs === wanted;

function settingsOf(args: Arguments): FlashPlan['settings'] {
  const [keep, drop] = [args.flag('keep-settings'), args.flag('drop-settings')];
  if (keep && drop) throw usageError('flash', '--keep-settings and --drop-settings exclude each other', '');
  if (keep) return 'keep';
  return drop ? 'drop' : 'by-flavour';
}

const noFlash = (file: RigFile): HarnessError =>
  new HarnessError(`${file.id} is simulated, and its router has no flash to write to`, {
    code: 'rig.no-flash',
    blame: 'rig',
    effect: 'none',
    hint: 'without hardware, a rig of kind virtual has one: its router boots from flash with boot: u-boot',
  });

const WIDEST = Math.max(...flashStages.map((stage) => stage.length));

const describe = ({ stage, did, tookMs }: FlashedStage): string =>
  `  ${stage.padEnd(WIDEST)}  ${did} (${formatMs(Math.round(tookMs))})\n`;

function conclusion(rigId: string, { outcome, before, after, settings, modemTrouble }: Flashed): string {
  if (outcome === 'skipped')
    return `${rigId} runs it already: ${releaseOf(after)} (--again writes it anyway)\n`;
  const modem = modemTrouble === undefined ? '' : `; the modem is not as before: ${modemTrouble}`;
  return `${rigId}: ${releaseOf(before)} -> ${releaseOf(after)}, settings ${settings}${modem}\n`;
}
