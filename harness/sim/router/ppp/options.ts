import type { Authentication } from '../../../protocols/ppp/lcp-options.ts';
import type { ModemPort } from '../../modem/port.ts';
import type { ChatScript } from './chat.ts';
import type { EchoPolicy } from './echo.ts';
import type { PppAddresses } from './ipcp-client.ts';

/** What netifd starts pppd with. */
export interface PppdOptions {
  /** `3g-modem` */
  readonly interfaceName: string;
  /** `/dev/ttyUSB2` */
  readonly device: string;
  /** Undefined: the device is not there, exit status 7. */
  readonly port: ModemPort | undefined;
  /** Taken from the process table by default. */
  readonly pid?: number;
  readonly user?: string;
  readonly password?: string;
  /** `refuse-chap` and `refuse-pap` among the words of `option pppd_options` count; the rest is not modelled. */
  readonly words?: readonly string[];
  /** The flavour's policy by default. */
  readonly echo?: EchoPolicy;
  readonly connect: ChatScript;
  /** netifd's name of the interface on the command line: the interface's without `3g-` by default. */
  readonly ipparam?: string;
  /** IPCP is up (ip-up). */
  readonly onUp: (addresses: PppAddresses) => void;
  /** IPCP was up and is no more (ip-down). Not called after SIGKILL. */
  readonly onDown: () => void;
}

/** How pppd starts chat. */
export const CHAT = '/usr/sbin/chat -t5 -v -E -f /etc/chatscripts/3g.chat';

/** As `ps w` shows it: pppd overwrites the password in its own arguments. */
export function commandLine(options: PppdOptions, echo: EchoPolicy): string {
  const { user, password = '', interfaceName, device } = options;
  const interval = Math.round(echo.intervalMs / 1_000);
  const keepalive = `lcp-echo-interval ${interval} lcp-echo-failure ${echo.failures} `;
  return [
    '/usr/sbin/pppd nodetach ',
    `ipparam ${options.ipparam ?? interfaceName.replace(/^3g-/, '')} ifname ${interfaceName} `,
    // The plain policy of old releases stands in /etc/ppp/options.
    echo.adaptive ? `${keepalive}lcp-echo-adaptive ` : '',
    'nodefaultroute usepeerdns maxfail 1 ',
    user ? `user ${user} password ${'?'.repeat(password.length)} ` : '',
    `connect ${CHAT} ip-up-script /lib/netifd/ppp-up ip-down-script /lib/netifd/ppp-down `,
    `noaccomp nopcomp novj nobsdcomp noauth lock crtscts 115200 ${device}`,
  ].join('');
}

const METHODS: readonly (readonly [string, Authentication])[] = [
  ['refuse-chap', 'chap-md5'],
  ['refuse-pap', 'pap'],
];

/** The ways to authenticate that are not refused. */
export function methodsBut(words: readonly string[]): readonly Authentication[] {
  return METHODS.filter(([refusal]) => !words.includes(refusal)).map(([, method]) => method);
}
