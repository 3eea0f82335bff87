import { addFirmware, listFirmware } from '../lab/firmware/catalogue.ts';
import { readFirmwareFile, type FirmwareFacts } from '../lab/firmware/image-file.ts';
import { releaseOf } from '../procedures/flash/image.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';

/** `firmware add FILE` */
export async function firmwareAdd(args: Arguments, io: Io): Promise<number> {
  const boards = args.texts('board');
  const [distribution, version, revision] = ['distribution', 'release', 'revision'].map((name) =>
    args.text(name),
  );
  const facts = addFirmware(readFirmwareFile(args.positionals[0] ?? '', args.text('sha256')), {
    ...(boards.length === 0 ? {} : { boards }),
    ...(distribution === undefined ? {} : { distribution }),
    ...(version === undefined ? {} : { version }),
    ...(revision === undefined ? {} : { revision }),
  });
  io.out(args.flag('json') ? `${JSON.stringify(facts, null, 2)}\n` : `${describe(facts)}\n`);
  return 0;
}

/** `firmware list` */
export async function firmwareList(args: Arguments, io: Io): Promise<number> {
  const firmware = listFirmware();
  if (args.flag('json')) io.out(`${JSON.stringify({ firmware }, null, 2)}\n`);
  else if (firmware.length === 0) io.out('no images yet: wwanlab firmware add FILE\n');
  else io.out(`${firmware.map(describe).join('\n')}\n`);
  return 0;
}

/** So much of a SHA-256 tells images apart, and names one for `flash`. */
const SHOWN = 12;

const describe = (facts: FirmwareFacts): string =>
  [
    facts.sha256.slice(0, SHOWN),
    facts.name,
    releaseOf(facts),
    `for ${facts.boards?.join(', ') ?? 'a board that it does not name'}`,
  ].join('  ');
