import { gunzipSync } from 'node:zlib';

import { HarnessError, messageOf } from '../../core/errors.ts';
import { formatOf, SHORTEST } from '../../protocols/firmware/format.ts';

/**
 * A gzip file ends with the length and the checksum of what it holds. x86's own check reads no further than the first
 * sector, and writes half an image (OpenWrt target/linux/x86/base-files/lib/upgrade/platform.sh). What follows the end, as
 * metadata does, is not looked at.
 * @throws HarnessError `firmware.truncated`, `firmware.damaged`
 */
export function mustBeWhole(name: string, bytes: Buffer): void {
  let inside: Buffer;
  try {
    inside = gunzipSync(bytes);
  } catch (error) {
    const cutShort = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
    const what = cutShort
      ? `is cut short: it ends after ${bytes.length} octets, amid its data`
      : 'is damaged';
    throw new HarnessError(`${name} ${what} (gzip: ${messageOf(error)})`, {
      code: cutShort ? 'firmware.truncated' : 'firmware.damaged',
      blame: 'test',
      effect: 'none',
      hint: 'download it again, and compare its SHA-256 with the one that is published beside it',
      cause: error,
    });
  }
  if (inside.length >= SHORTEST) formatOf(inside, `what ${name} holds`);
}
