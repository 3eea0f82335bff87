import { z } from 'zod';

import { networkPort, type SyslogPort } from '../drivers/syslog/port.ts';
import { choice, integer, map, text } from './fields.ts';

const protocols = ['udp', 'tcp'] as const;

const about = "The router sends its log here while a run goes on: it comes also when SSH doesn't answer";

/** How a simulated router sends its log. */
export const simSyslog = choice(protocols).describe(about);

/** Only TCP leads out of a virtual machine that is shut off from everything else. */
export const virtualSyslog = choice(['tcp']).describe(about);

/** How a real router sends its log, and where it finds this machine. */
export const labSyslog = z
  .union(
    [
      choice(protocols),
      map({
        protocol: choice(protocols).describe('OpenWrt knows both'),
        host: text('an address')
          .optional()
          .describe('This machine as the router has to name it; where SSH comes from, if left out'),
        port: integer(1, 65_535).optional().describe('Of this machine; a free one, if left out'),
      }),
    ],
    { error: 'udp, tcp, or a map with the keys protocol, host, port' },
  )
  .describe(about);

export type SyslogValues = z.output<typeof labSyslog>;

export function openSyslogPort(values: SyslogValues): SyslogPort {
  const { protocol, host, port }: Exclude<SyslogValues, string> =
    typeof values === 'string' ? { protocol: values } : values;
  return networkPort({ protocol, host, port: port ?? 0 });
}
