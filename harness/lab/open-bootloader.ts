import { crc32 } from 'node:zlib';

import type { Ctx } from '../core/ctx.ts';
import { serveTftp } from '../drivers/bootloader/tftp-server.ts';
import type { BootLoaderStep, OfferedImage, TftpRescue } from '../rig/tftp-rescue.ts';
import type { BootloaderValues, PLACEHOLDERS } from './bootloader-schema.ts';

/** Short: some boot loaders cut long names off. */
const NAME = 'wwanlab.img';

/** What boot loaders print when something is wrong. Source: U-Boot cmd/, net/tftp.c; vendors' forks kept the words. */
const TROUBLE = /error|fail|unknown command|usage:|abort|retry count exceeded|not found|bad /i;
const NO_TROUBLE = new RegExp(`^(?![\\s\\S]*(?:${TROUBLE.source}))`, 'i');

/** A boot loader whose commands are the rig file's, with a TFTP server in this process while an image is offered. */
export function openBootloader(ctx: Ctx, values: BootloaderValues): TftpRescue {
  const { host, port, commands, stop, start } = values;
  return {
    offer: async (image) => {
      const server = await serveTftp(ctx, { host, port, name: NAME, file: image });
      return { name: NAME, length: image.length, crc32: crc32(image), withdraw: () => server.close() };
    },
    steps: (image) => {
      const fill = filler(host, image);
      let written = false;
      return commands.map(({ run, shows, writes, limit }): BootLoaderStep => {
        written ||= writes;
        const command = fill(run);
        const proof = shows === undefined ? NO_TROUBLE : new RegExp(escaped(fill(shows)), 'i');
        return { what: `\`${command}\` does what it should`, command, proof, limit, writes: written };
      });
    },
    stopKeys: stop,
    start,
  };
}

function filler(host: string, { name, length, crc32: sum }: OfferedImage): (text: string) => string {
  const values: Readonly<Record<keyof typeof PLACEHOLDERS, string>> = {
    file: name,
    host,
    length: String(length),
    hexLength: length.toString(16),
    crc32: sum.toString(16).padStart(8, '0'),
  };
  return (text) => text.replace(/\{(\w+)\}/g, (_all, key: string) => values[key as keyof typeof values]);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
