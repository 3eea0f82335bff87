import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { cpioArchive } from '../image/cpio.ts';
import { imageFiles } from '../image/build-image.ts';
import { fitImage } from './fit.ts';
import { flattenKernel } from './flat-kernel.ts';
import { metadataTrailer } from '../../protocols/firmware/metadata.ts';
import { releaseFiles, TARGET, type FirmwareIdentity } from './release.ts';

/** The virtual router's name in /tmp/sysinfo/board_name. */
export const VIRTUAL_BOARD = 'wwanlab-guest';

/**
 * An image for sysupgrade and for the boot loader: kernel and first root file system of the guest as U-Boot's FIT, with
 * fwtool's metadata behind it. The same identity gives the same bytes.
 * @param folder an image folder of `virtual setup`
 * @throws HarnessError `virtual.no-flat-kernel`
 */
export function firmwareImage(folder: string, identity: FirmwareIdentity): Buffer {
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  const { release, revision, boards = [VIRTUAL_BOARD] } = identity;
  const fit = fitImage({
    description: `wwanlab guest ${release} ${revision}`,
    kernel: flattenKernel(read(imageFiles.kernel)),
    setup: read(imageFiles.setup),
    // The kernel unpacks one archive after the other: what comes later replaces what was there.
    ramdisk: Buffer.concat([
      read(imageFiles.packedInitrd),
      gzipSync(Buffer.concat(cpioArchive(releaseFiles(identity)))),
    ]),
  });
  const metadata = metadataTrailer(fit, {
    metadata_version: '1.1',
    compat_version: '1.0',
    supported_devices: boards,
    version: { dist: 'wwanlab', version: release, revision, target: TARGET, board: boards[0] ?? '' },
  });
  return Buffer.concat([...fit, metadata]);
}
