import type { Ms } from '../core/units.ts';

/** A file that a router's boot loader can load until it is withdrawn. */
export interface OfferedImage {
  readonly name: string;
  /** Octets. */
  readonly length: number;
  /** CRC-32 as zlib has it, of all of it. */
  readonly crc32: number;
  withdraw(): Promise<void>;
}

/** Something to type at a boot loader's prompt, and what shows that it did what it should. */
export interface BootLoaderStep {
  /** `the image is loaded over TFTP` */
  readonly what: string;
  readonly command: string;
  /** Matched against what it printed. */
  readonly proof: RegExp;
  readonly limit: Ms;
  /** From here on the flash is no longer what it was. */
  readonly writes: boolean;
}

/** A TFTP server that a router's boot loader reaches, and how that boot loader writes an image to the flash. */
export interface TftpRescue {
  offer(image: Uint8Array): Promise<OfferedImage>;
  steps(image: OfferedImage): readonly BootLoaderStep[];
  /** What stops its countdown; any key, if left out. */
  readonly stopKeys?: string;
  /** Starts what is on the flash. There is no prompt after it. */
  readonly start: string;
}
