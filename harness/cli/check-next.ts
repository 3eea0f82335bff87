import type { RigFile } from '../lab/rig-file.ts';
import type { Health } from '../procedures/router-health.ts';

/** The first thing that was not as it should be. */
interface Failed extends Pick<Health, 'next' | 'code'> {
  readonly what: string;
}

/** What to type when this is the first thing that is not as it should be. */
export function nextFor({ what, code, next }: Failed, name: string, file: RigFile): string {
  if (next !== undefined) return next;
  if (code === 'lease.held') return `wwanlab rigs who ${name}`;
  const explain = `wwanlab rigs explain ${name}`;
  if (file.kind !== 'lab') return explain;
  switch (what) {
    case 'power':
      return code === undefined ? `wwanlab power ${name} on` : explain;
    case 'router':
      return isSilent(code) && file.console ? `wwanlab console ${name}` : recoverOr(code, explain, name);
    case 'modem':
      if (code === 'modem.port-busy') return `wwanlab shell ${name} "ps w"`;
      return code === 'rig.other-modem' ? explain : `wwanlab recover ${name} --goal modem`;
    case 'USB':
    case 'drivers':
      return `wwanlab recover ${name} --goal modem`;
    case 'SIM card':
      return `wwanlab at ${name} AT+CPIN?`;
    case 'network':
      return `wwanlab modem status ${name}`;
    case 'clock':
    case 'interface':
    case 'packages':
      return `wwanlab shell ${name} "${LOOK[what]}"`;
    case 'outlet':
      return `wwanlab power ${name} state`;
    case 'modemPower':
      return `wwanlab power ${name} state --modem`;
    case 'console':
      return `wwanlab console ${name}`;
    case 'disk':
      return `wwanlab shell ${name} "df -h; mount"`;
    default:
      return explain;
  }
}

const LOOK = {
  clock: 'date',
  interface: 'uci show network',
  packages: 'opkg list-installed || apk list -I',
} as const;

const isSilent = (code: string | undefined): boolean =>
  code !== undefined && /^ssh\.(?:unreachable|handshake-failed|closed|hung|timeout)$/.test(code);

const recoverOr = (code: string | undefined, explain: string, name: string): string =>
  isSilent(code) || code === 'rig.not-brought-back' ? `wwanlab recover ${name}` : explain;
