const SECTOR = 512;
const PARTITIONS = 446;
const ENTRY = 16;
/** Not to be booted from, and to be: anything else is no entry. */
const STATUS: ReadonlySet<number> = new Set([0, 0x80]);
/** An entry that covers a GPT, which has its own account of the disk. */
const PROTECTIVE = 0xee;

/**
 * How many octets the image of a PC disk has at least: up to the end of each file system in it. A partition may be larger
 * than its file system, and an image end before it. Source: the MBR, Linux fs/squashfs/squashfs_fs.h, fs/ext4/ext4.h;
 * OpenWrt target/linux/x86/image, scripts/gen_image_generic.sh.
 */
export function diskLength(bytes: Buffer): number {
  const ends = [0, 1, 2, 3].map((number) => {
    const entry = bytes.subarray(PARTITIONS + number * ENTRY, PARTITIONS + (number + 1) * ENTRY);
    const [kind, sectors] = [entry.readUInt8(4), entry.readUInt32LE(12)];
    const isNone = kind === 0 || kind === PROTECTIVE || sectors === 0 || !STATUS.has(entry.readUInt8(0));
    if (isNone) return SECTOR;
    const start = entry.readUInt32LE(8) * SECTOR;
    return start + fileSystemLength(bytes.subarray(start));
  });
  return Math.max(...ends);
}

/** As far as the superblocks of both forms reach. */
const SUPERBLOCKS = 2_048;

function fileSystemLength(bytes: Buffer): number {
  if (bytes.length < SUPERBLOCKS) return SUPERBLOCKS;
  if (bytes.toString('latin1', 0, 4) === 'hsqs') return Number(bytes.readBigUInt64LE(40));
  const ext = bytes.subarray(1_024);
  if (ext.readUInt16LE(0x38) !== 0xef53) return 0;
  return ext.readUInt32LE(4) * 1_024 * 2 ** ext.readUInt32LE(24);
}
