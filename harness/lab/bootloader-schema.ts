import { z } from 'zod';

import { duration, flag, integer, map, text } from './fields.ts';

/** What stands for something in a command, and in what it shows. */
export const PLACEHOLDERS = {
  file: 'the name that the image is offered under',
  host: 'the address of this machine',
  length: 'its length in octets, decimal',
  hexLength: 'the same as U-Boot takes it: hexadecimal, without 0x',
  crc32: 'its CRC-32 as U-Boot prints it: eight digits',
} as const;

const known = Object.keys(PLACEHOLDERS).map((name) => `{${name}}`);

const withPlaceholders = (what: string) =>
  text(what).refine((value) => (value.match(/\{\w+\}/g) ?? []).every((name) => known.includes(name)), {
    error: `${what}; of words in braces ${known.join(', ')}`,
  });

const command = map({
  run: withPlaceholders('a command of the boot loader').describe(
    `Typed at its prompt; ${Object.entries(PLACEHOLDERS)
      .map(([name, what]) => `{${name}} is ${what}`)
      .join(', ')}`,
  ),
  shows: withPlaceholders('a text')
    .optional()
    .describe('What it prints when all is well; if left out, nothing that looks like an error'),
  writes: flag(false).describe('It changes the flash: what was there before is gone from here on'),
  limit: duration.default(120_000).describe('How long it may take; 2 min by default'),
});

/** How a boot loader gets an image onto the flash: its board's own commands, with this machine as TFTP server. */
export const bootloader = map({
  host: text('an address of this machine').describe(
    'This machine as the boot loader reaches it, such as 192.168.1.2 on a cable to a LAN port',
  ),
  port: integer(1, 65_535).default(69).describe('Of the TFTP server; boot loaders ask at 69'),
  commands: z
    .array(command, { error: 'a list of commands' })
    .min(2, { error: 'a list of commands: one that loads {file}, one that writes' })
    .refine((all) => all.some(({ run }) => run.includes('{file}')), {
      error: 'a list of commands, one of which loads {file}',
    })
    .refine((all) => all.some(({ writes }) => writes), {
      error: 'a list of commands, one of which has writes: true',
    }),
  stop: text('keys')
    .default(' ')
    .describe(
      "What stops its countdown: any key by default; '4' in the menu of MT7621 and MT7628, or a magic word",
    ),
  start: text('a command of the boot loader').default('reset').describe('Starts what is on the flash'),
});

export type BootloaderValues = z.output<typeof bootloader>;
