import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

import { firmwareImage, VIRTUAL_BOARD } from '../virtual/firmware/image.ts';
import { findRequirements } from '../virtual/requirements.ts';
import { needImage } from '../virtual/setup.ts';
import type { Io } from './io.ts';
import type { Arguments } from './spec.ts';

/** `virtual firmware`: an image for the flash of a virtual rig that boots through U-Boot. */
export async function virtualFirmware(args: Arguments, io: Io): Promise<number> {
  const [path = ''] = args.positionals;
  const release = args.text('release') ?? '2';
  const revision = args.text('revision') ?? `r${release}-guest`;
  const board = args.text('board') ?? VIRTUAL_BOARD;
  const image = firmwareImage(needImage(findRequirements()).folder, { release, revision, boards: [board] });
  writeFileSync(path, image);
  const sha256 = createHash('sha256').update(image).digest('hex');
  const facts = { path, bytes: image.length, sha256, release, revision, board };
  if (args.flag('json')) io.out(`${JSON.stringify(facts, null, 2)}\n`);
  else
    io.out(`${path}: release ${release} ${revision} for ${board}, ${image.length} bytes\nsha256 ${sha256}\n`);
  return 0;
}
