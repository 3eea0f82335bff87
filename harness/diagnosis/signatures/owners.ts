import type { Scene } from '../scene.ts';
import { cause, type Match, type Signature } from '../signature.ts';

const MANAGER = /\[modem\d+(?:\/\w+)?\]|<(?:inf|info|wrn|warn|msg|dbg|err)o?>.*\bmodem\b|ModemManager/i;
const TROUBLE =
  /Request timed out|Failed to connect to service|Failed to parse message data|SIM in illegal state|mbim message timeout|Device or resource busy|port \S+ timed out/;

function twoOwners(scene: Scene): Match | undefined {
  const byManager = scene.lines.filter((line) => line.process === 'ModemManager' || MANAGER.test(line.text));
  // netifd's own ModemManager protocol logs under the interface as well: only uqmi, umbim and comgt are rivals.
  const rivals = scene.lines.filter(
    (line) => TROUBLE.test(line.text) && (line.interface !== undefined || /uqmi|umbim/.test(line.original)),
  );
  const [first, last] = [rivals[0], rivals.at(-1)];
  if (!first || !last || byManager.length === 0 || rivals.length < 2) return undefined;
  const interleaved = byManager.some((line) => line.number > first.number && line.number < last.number);
  return {
    evidence: [...rivals.slice(0, 8), ...byManager.slice(0, 6)],
    confidence: interleaved ? 'certain' : 'likely',
    explains: ['F32', 'F33', 'F36', 'F37', 'F42', 'F31', 'F40', 'F41', 'F57', 'F78'],
  };
}

/** Two programs on one modem. */
export const owners: readonly Signature[] = [
  {
    fault: 'F30',
    title: 'two programs drive the same modem at once',
    rung: 'S3',
    settles: true,
    causes: [
      cause(
        'an interface of proto qmi, mbim or 3g and ModemManager',
        'ps w | grep -E "uqmi|umbim|ModemManager|gcom|mmcli"; uci show network | grep proto',
        'keep one: /etc/init.d/modemmanager disable; stop, or remove the other interface',
      ),
      cause(
        'a page or script that polls AT commands',
        'fuser -v /dev/ttyUSB* /dev/cdc-wdm0',
        'switch the polling off',
      ),
    ],
    match: twoOwners,
  },
];
