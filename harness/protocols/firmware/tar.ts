const BLOCK = 512;

/** One file in an archive. */
export interface TarMember {
  /** As it stands there: `etc/config/network`. */
  readonly name: string;
  /** Where the next one begins, in octets. */
  readonly end: number;
}

export function isTarHeader(bytes: Buffer): boolean {
  return bytes.toString('latin1', 257, 262) === 'ustar';
}

/**
 * The members of an archive, up to the first block that is no header. A size that is no number ends it as well.
 * Source: POSIX.1-2017 pax, "ustar Interchange Format".
 */
export function* tarMembers(bytes: Buffer): Generator<TarMember> {
  let at = 0;
  while (isTarHeader(bytes.subarray(at, at + BLOCK))) {
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 136), 8);
    const name = bytes.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    at += BLOCK + (Number.isNaN(size) ? 0 : Math.ceil(size / BLOCK) * BLOCK);
    yield { name, end: at };
    if (Number.isNaN(size)) return;
  }
}

/** Up to the end of its last member, and the block of zeros that says so: an archive has no length of its own. */
export function tarLength(bytes: Buffer): number {
  let end = 0;
  for (const member of tarMembers(bytes)) ({ end } = member);
  return end + BLOCK;
}
