import type { Flavour } from '../../flavour.ts';
import type { UciSection } from '../../machine.ts';
import type { EchoPolicy } from '../../ppp/pppd.ts';
import { flagOf, optionOf } from './types.ts';

/**
 * `option keepalive '<failures> <interval>'` of the ppp protocols, against the release's own policy. Source: OpenWrt
 * ppp.sh: 15.05 and 17.01 keep `lcp-echo-failure 5, lcp-echo-interval 1` in /etc/ppp/options, which the option can
 * override but a `0` can't switch off; 18.06 and later take "5 1" with lcp-echo-adaptive where nothing is set.
 */
export function echoPolicy(flavour: Flavour, section: UciSection): EchoPolicy {
  const byDefault = flavour.pppd.echo;
  const option = optionOf(section, 'keepalive');
  const fixedFile = !byDefault.adaptive;
  const adaptive = flavour.release.version.startsWith('15.')
    ? false
    : flagOf(section, 'keepalive_adaptive', true);
  if (option === undefined) return fixedFile ? byDefault : { ...byDefault, adaptive };
  const [first = '', second] = option.split(/[, ]+/);
  const failures = Number.parseInt(first, 10) || 0;
  if (failures < 1)
    return fixedFile ? byDefault : { failures: 0, intervalMs: byDefault.intervalMs, adaptive: false };
  const seconds = second === undefined ? 5 : Number.parseInt(second, 10) || 5;
  return { failures, intervalMs: seconds * 1000, adaptive };
}
