import type { LogLine } from '../log.ts';
import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';
import { misfit } from './misfit.ts';

const OPEN_FAILED =
  /(?:can(?:'t|not)|could not|unable to|failed to) open (?:device )?\/dev\/(?:ttyUSB|ttyACM|cdc-wdm)\d/i;
const GONE =
  /^"?Failed to open device"?$|specified control device does not exist|^Control device not valid$|\/dev\/(?:ttyUSB|cdc-wdm)\d+:? No such file|No such (?:file or directory|device).*(?:ttyUSB|cdc-wdm)|^unrecognized option '\/dev\//i;

/** The same interface of the same port comes back under another name. */
function moved(scene: Scene): Match | undefined {
  const names = new Map<string, { name: string; line: LogLine }>();
  let path = '';
  for (const line of scene.lines) {
    const detected = /^\w+ (\d[\d.-]*:1\.\d+): .*converter detected/.exec(line.text);
    if (detected) path = detected[1] ?? '';
    const name =
      /now attached to (tty(?:USB|ACM)\d+)/.exec(line.text)?.[1] ??
      /(\d[\d.-]*:1\.\d+): (cdc-wdm\d+): USB WDM/.exec(line.text)?.[2];
    if (name === undefined || path === '') continue;
    const before = names.get(path);
    if (before && before.name !== name && name.slice(0, 4) === before.name.slice(0, 4)) {
      const failed = scene.with(OPEN_FAILED);
      return {
        evidence: [before.line, line, ...failed],
        confidence: failed.length > 0 ? 'certain' : 'likely',
        explains: ['F34', 'F16'],
      };
    }
    names.set(path, { name, line });
  }
  return undefined;
}

const UNMANAGED = /couldn't find modem|Device not managed by ModemManager|^No modems were found$/;

/** netifd asks ModemManager for the modem of `option device`, and it has none there: not yet, or never. */
function unmanaged(scene: Scene): Match | undefined {
  const asked = scene.told(UNMANAGED, /^DEVICE_NOT_MANAGED$/);
  const last = asked.at(-1);
  const found = scene.with(/ModemManager1\/Modem\/\d/).some((line) => line.number > (last?.number ?? 0));
  if (!last || found || scene.reachedAfter(last.number, 'S4')) return undefined;
  const late = scene.with(/creating modem with plugin|Modem for device '.*' successfully created/);
  const after = late.filter((line) => line.number > last.number);
  const title = 'ModemManager has no modem for this interface';
  if (after.length === 0) return { evidence: asked, confidence: 'likely', title, causes: MANAGER };
  return {
    evidence: [...asked, ...after],
    confidence: 'certain',
    settles: true,
    title: `${title} yet when netifd asks: it finds the modem afterwards, and nobody asks again`,
    causes: [TOO_EARLY],
  };
}

const TOO_EARLY = cause(
  'the modem takes longer to start than netifd waits',
  'mmcli -L after a minute; ifup wwan by hand: does it connect then?',
  'ifup from a hotplug script or a cron job; a newer modemmanager package',
);
const MANAGER = [
  TOO_EARLY,
  cause(
    'option device is not the path that ModemManager uses',
    'mmcli -m any | grep -E "device:|physdev:"; uci get network.wwan.device',
    'uci set network.wwan.device to what mmcli says',
  ),
  cause(
    'ModemManager does not run, or does not take this modem',
    'ps w | grep ModemManager; /etc/init.d/modemmanager restart; logread -e "modem"',
    'the drivers of its ports; a newer ModemManager; proto qmi or mbim instead',
  ),
  cause('the modem left USB', 'dmesg | tail; lsusb', 'see what took it off: supply, watchdog, crash'),
];

/** Device nodes: moved, gone or busy. */
export const nodes: readonly Signature[] = [
  {
    fault: 'F26',
    title: 'the modem came back under another device name, and the configuration points to the old one',
    rung: 'S2',
    settles: true,
    causes: [
      cause(
        'it enumerated again while a program held the old node open',
        'ls -l /sys/class/tty/ttyUSB*/device; fuser /dev/ttyUSB*',
        'option devpath instead of device; close the node when it goes',
      ),
      cause('a second modem', 'lsusb', 'resolve the node by USB path and interface'),
    ],
    match: moved,
  },
  {
    fault: 'F34',
    title: "the modem's control node is gone or cannot be opened",
    rung: 'S3',
    settles: false,
    causes: [
      cause('the modem left USB', 'dmesg | tail; lsusb', 'see what took it off: supply, watchdog, crash'),
      cause('its power GPIO is off', 'cat /sys/kernel/debug/gpio', 'switch it on; the right board image'),
      cause('the modem crashed', 'does it come back after a power cut?', 'newer modem firmware'),
      cause(
        'the configured node is another one',
        'ls /dev/ttyUSB* /dev/cdc-wdm*',
        'uci get network.wwan.device; option device',
      ),
    ],
    match: (scene) =>
      unmanaged(scene) ??
      misfit(scene) ??
      seen(new RegExp(`${GONE.source}|${OPEN_FAILED.source}`, 'i'), {
        errors: /^NO_DEVICE$/,
        overcomeAt: 'S4',
      })(scene),
  },
  {
    fault: 'F76',
    title: 'another program holds the port',
    rung: 'S3',
    settles: true,
    causes: [
      cause(
        'ModemManager or an AT monitor has it open',
        'fuser -v /dev/ttyUSB2 /dev/cdc-wdm0; ps w',
        'leave one owner',
      ),
      cause('a stale lock file', 'ls -l /var/lock/LCK..*', 'rm it if that process is gone'),
    ],
    match: seen(
      /(?:ttyUSB|ttyACM|cdc-wdm)\S* is locked by pid|LOCK_FAILED|(?:tty|wdm)\S*.*Device or resource busy|Device or resource busy.*(?:tty|wdm)|Lock(?:ed)? by (?:another|process)|\bport (?:is )?(?:busy|in use)\b/i,
      { overcomeAt: 'S7' },
    ),
  },
];
