import type { z } from 'zod';

import { flag, integer, map, pattern, text } from './fields.ts';

export const hostKey = pattern(
  /^SHA256:[A-Za-z0-9+/]{43}$/,
  'the fingerprint of the SSH host key, SHA256: and 43 characters, as ssh-keygen -lf prints it',
).describe('Fingerprint of the SSH host key; any other key is refused. The first try without it shows it');

const variable = pattern(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable').optional();

/** How somebody logs in over SSH. What is not said here is taken from ~/.ssh/config. */
const login = {
  host: text('a host name, an address or a Host of ~/.ssh/config').describe(
    'Name, address, or Host of ~/.ssh/config',
  ),
  port: integer(1, 65_535).optional().describe('TCP port of its SSH server; 22 by default'),
  password: text('a password, in quotes').optional().describe('Better: passwordEnv, keyFile or agent'),
  passwordEnv: variable.describe('Environment variable that holds the password'),
  keyFile: text('the path of a private key')
    .optional()
    .describe('Private key (OpenSSH or PEM), from the folder of this file'),
  passphraseEnv: variable.describe("Environment variable that holds the key's passphrase"),
  agent: flag(false).describe('Offer the keys of ssh-agent (SSH_AUTH_SOCK)'),
};

const factory = map({
  ...login,
  host: login.host.optional().describe('OpenWrt: 192.168.1.1; the same as ever, if left out'),
  user: text('a user name').optional().describe('Logs in over SSH; root by default'),
  password: text('a password, in quotes')
    .optional()
    .describe('None on OpenWrt. It is no secret: who answers there is told it before he is proven'),
}).describe('How it is reached once its settings are dropped, where nobody answers or the login is refused');

const hop = {
  ...login,
  user: text('a user name').optional().describe("Logs in over SSH; this machine's user by default"),
  hostKey: hostKey.optional(),
};

const jump = map({
  ...hop,
  jump: map(hop).optional().describe('Another one, from which this one is reached'),
}).describe('An SSH server from which the router is reached');

export const labRouter = map({
  ...login,
  user: text('a user name').optional().describe('Logs in over SSH; root by default'),
  hostKey: hostKey.optional(),
  factory: factory.optional(),
  board: text('the name of a board')
    .optional()
    .describe('What /tmp/sysinfo/board_name says: another router is never flashed'),
  jump: jump.optional(),
}).describe('A real router, reached over SSH');

export type LabRouterValues = z.output<typeof labRouter>;
/** A router or a jump host. */
export type LoginValues = Omit<LabRouterValues, 'board' | 'factory' | 'jump' | 'hostKey'> & {
  readonly hostKey?: string | undefined;
  readonly jump?: LoginValues | undefined;
};
