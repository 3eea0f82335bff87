/**
 * A cpio archive in the "newc" format (magic 070701), which the kernel unpacks as its first root file system.
 * Source: Linux Documentation/driver-api/early-userspace/buffer-format.rst.
 */
export interface CpioEntry {
  /** Path in the archive, without a leading slash. */
  readonly path: string;
  /** File type and permissions as in st_mode. */
  readonly mode: number;
  /** A file's bytes, or a link's target. */
  readonly data?: Uint8Array;
  /** Major and minor number of a device node. */
  readonly device?: readonly [number, number];
}

export const fileType = { directory: 0o040000, file: 0o100000, link: 0o120000, character: 0o020000 } as const;

const HEADER = 110;

/** The archive's pieces in order, with its end mark: headers and the given data, which is not copied. */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array[] {
  const all = [...entries, { path: 'TRAILER!!!', mode: 0 }];
  return all.flatMap((entry, i) => pieces(entry, i + 1));
}

function pieces(entry: CpioEntry, inode: number): Uint8Array[] {
  const data = entry.data ?? new Uint8Array(0);
  const name = Buffer.from(`${entry.path}\0`, 'utf8');
  const [major, minor] = entry.device ?? [0, 0];
  const isDirectory = (entry.mode & 0o170000) === fileType.directory;
  const fields = [
    inode,
    entry.mode,
    0, // owner and group: root
    0,
    isDirectory ? 2 : 1,
    0, // time of change: the same bytes give the same archive
    data.length,
    0,
    0,
    major,
    minor,
    name.length,
    0,
  ];
  const header = Buffer.from(`070701${fields.map(hex).join('')}`, 'latin1');
  return [header, name, padding(HEADER + name.length), data, padding(data.length)].filter(
    ({ length }) => length > 0,
  );
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');

/** Everything starts at a multiple of four octets. */
const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4);
