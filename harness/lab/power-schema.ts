import { z } from 'zod';

import { duration, integer, map, pattern, text } from './fields.ts';

const leastOff = duration
  .default(5_000)
  .describe(
    'How long it must be off until capacitors are empty and the supply is really gone; 5 s by default',
  );

const argv = (what: string) =>
  z
    .array(z.string({ error: `the words of ${what}` }), { error: `the words of ${what}` })
    .min(1, { error: `the words of ${what}` });

const environment = (what: string) =>
  pattern(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')
    .optional()
    .describe(`Environment variable that holds ${what}`);

const url = pattern(
  /^https?:\/\/[^\s/@]+(\/[^\s]*)?$/,
  'an address such as http://plug.lab, without a login',
).describe("The switch's address");

const http = {
  url,
  leastOff,
  user: text('a user name').optional(),
  passwordEnv: environment('the password'),
};

const makes = [
  map({
    kind: z.literal('command').describe('Programs of this machine'),
    on: argv('a program that switches on').describe('Switches on: program and arguments, without a shell'),
    off: argv('a program that switches off').describe('Switches off'),
    state: argv('a program that prints on or off').optional().describe('Prints on, off, 1 or 0'),
    leastOff,
  }),
  map({
    kind: z.literal('tasmota').describe('A plug or relay with Tasmota, over HTTP'),
    output: integer(1, 32).default(1).describe('Relay, from 1'),
    ...http,
  }),
  map({
    kind: z.literal('shelly').describe('A Shelly plug or relay, over HTTP'),
    generation: z
      .union([z.literal(1), z.literal(2)], { error: '1, 2' })
      .default(2)
      .describe('Of its API; Plus, Pro, Gen3 and Gen4 have 2'),
    channel: integer(0, 31).default(0).describe('Channel, from 0'),
    ...http,
  }),
  map({
    kind: z.literal('pdudaemon').describe('An outlet of a PDU that PDUDaemon serves, over HTTP'),
    hostname: text("the PDU's name in PDUDaemon").describe("The PDU's name in PDUDaemon's configuration"),
    port: integer(0, 999).describe('Outlet'),
    ...http,
  }),
  map({
    kind: z.literal('uhubctl').describe('A port of a USB hub with power switching, by uhubctl'),
    location: pattern(/^\d+(-\d+(\.\d+)*)?$/, 'where the hub is, such as 1-1, as uhubctl shows it').describe(
      'The hub',
    ),
    port: integer(1, 31).describe('Its port'),
    leastOff,
  }),
  map({
    kind: z.literal('snmp').describe('An outlet of a PDU that speaks SNMP, by snmpset and snmpget'),
    host: text('a host name or an address').describe('Name or address of the PDU'),
    oid: pattern(
      /^\.?\d+(\.\d+)+$/,
      'an object identifier such as .1.3.6.1.4.1.318.1.1.4.4.2.1.3.5',
    ).describe('Object that switches the outlet and tells its state'),
    on: integer(0, 255).default(1).describe('Its value for on; 1 on APC'),
    off: integer(0, 255).default(2).describe('Its value for off; 2 on APC'),
    communityEnv: environment('the community; private, if left out'),
    version: z
      .union([z.literal(1), z.literal('1'), z.literal('2c')], { error: '1, 2c' })
      .default('1')
      .transform((version) => (version === '2c' ? '2c' : '1'))
      .describe('Of SNMP; 1 by default, which every PDU has'),
    leastOff,
  }),
] as const;

/** What cuts a supply. */
export const powerSwitch = z.discriminatedUnion('kind', makes, {
  error: (issue) =>
    (issue.code as string) === 'invalid_type'
      ? 'a map with the key kind'
      : makes.map(({ shape }) => shape.kind.value).join(', '),
});

export type PowerValues = z.output<typeof powerSwitch>;
