import type { LogLine } from '../log.ts';
import type { Scene } from '../scene.ts';
import { cause, type FaultId, type Match } from '../signature.ts';
import { NO_INTERFACE } from './drivers.ts';

/** What netifd dials with, as a text shows it: /etc/config/network, `uci show`, or a handler in `ps`. */
interface Dialled {
  readonly name: string;
  readonly proto: string;
  readonly device: string;
  readonly lines: readonly LogLine[];
}

const SECTION = /^config +(\w+)(?: +'?([\w-]+))?/;
const OPTION = /^option +(proto|device) +['"]?([^'"\s]+)/;
const SHOWN = /^network\.([\w-]+)\.(proto|device)='?([^'\s]+)'?$/;
const HANDLER = /\b(?:setup|teardown|renew) ([\w-]+) \{"proto":"(\w+)","device":"([^"]+)"/;

function dialled({ lines }: Scene): readonly Dialled[] {
  const found = new Map<string, { proto?: LogLine; device?: LogLine; words: Record<string, string> }>();
  const note = (name: string, key: string, word: string, line: LogLine): void => {
    const one = found.get(name) ?? { words: {} };
    found.set(name, { ...one, [key]: line, words: { ...one.words, [key]: word } });
  };
  let section: string | undefined;
  for (const line of lines) {
    const [, type, named] = SECTION.exec(line.text) ?? [];
    if (type !== undefined) section = type === 'interface' ? named : undefined;
    const [, key = '', word = ''] = OPTION.exec(line.text) ?? [];
    if (section !== undefined && key !== '') note(section, key, word, line);
    const [, name = '', shownKey = '', shown = ''] = SHOWN.exec(line.text) ?? [];
    if (name !== '') note(name, shownKey, shown, line);
    const [, owner = '', proto = '', device = ''] = HANDLER.exec(line.text) ?? [];
    if (owner !== '') {
      note(owner, 'proto', proto, line);
      note(owner, 'device', device, line);
    }
  }
  return [...found].flatMap(([name, { proto, device, words }]) =>
    proto && device
      ? [
          {
            name,
            proto: words['proto'] ?? '',
            device: words['device'] ?? '',
            lines: [...new Set([proto, device])],
          },
        ]
      : [],
  );
}

/** A terminal, or a place on the bus (ModemManager's `device`): no handler of a control device finds one there. */
const NO_CONTROL = /^\/dev\/tty(?:USB|ACM)\d+$|^\/sys\/|^\/dev\/bus\//;
const NO_TTY = /^\/dev\/cdc-wdm\d+$|^\/sys\/|^\/dev\/bus\//;

/** What a protocol can't dial on, whatever the modem. Source: the handlers look for /sys/class/usbmisc, pppd for a terminal. */
const never: Readonly<Record<string, RegExp>> = { qmi: NO_CONTROL, mbim: NO_CONTROL, '3g': NO_TTY };

const EFFECTS: readonly FaultId[] = ['F03', 'F31', 'F32', 'F33', 'F35', 'F36', 'F42', 'F71', 'F72'];

/** The settings that are shown name a device on which their protocol can't dial. */
function configured(scene: Scene): Match | undefined {
  const wrong = dialled(scene).find(({ proto, device }) => never[proto]?.test(device));
  const last = wrong?.lines.at(-1);
  if (!wrong || !last || scene.reachedAfter(last.number, 'S7')) return undefined;
  const { proto, device, name } = wrong;
  const wants = proto === '3g' ? 'a serial port (ttyUSB)' : 'a control device (cdc-wdm)';
  return {
    evidence: [...wrong.lines, ...scene.with(NO_INTERFACE), ...scene.with(NO_TERMINAL)],
    confidence: 'certain',
    settles: true,
    title: `interface ${name} dials ${proto} and names ${device}: that protocol takes ${wants}`,
    explains: EFFECTS,
    causes: [WRONG_OPTION],
  };
}

/** Source: pppd 2.4.9 on /dev/cdc-wdm0, and on a path of /sys, whose first colon makes an address of it. */
const NO_TERMINAL = /^tcgetattr: Inappropriate ioctl for device|^(?:\S*pppd: )?unknown host: \//;

/** pppd was given something that is no terminal: proto 3g with the name of a control device. */
function noTerminal(scene: Scene): Match | undefined {
  const evidence = scene.with(NO_TERMINAL);
  const last = evidence.at(-1);
  if (!last || scene.reachedAfter(last.number, 'S7')) return undefined;
  return {
    evidence,
    confidence: 'certain',
    settles: true,
    title: 'the device that the interface of proto 3g names is no serial port',
    explains: EFFECTS,
    causes: [WRONG_OPTION],
  };
}

const BOUND = /^(qmi_wwan\w*|cdc_mbim) ([\d.-]+):1\.\d+: (cdc-wdm\d+): USB WDM device/;
const LEFT = /^usb ([\d.-]+): USB disconnect/;

/** Control devices that are there by the kernel's word, before this line. */
function controlDevices({ lines }: Scene, before: LogLine): readonly { driver: string; line: LogLine }[] {
  const there = new Map<string, { driver: string; path: string; line: LogLine }>();
  for (const line of lines) {
    if (line.number >= before.number) break;
    const [, driver = '', path = '', node = ''] = BOUND.exec(line.text) ?? [];
    if (node !== '') there.set(node, { driver, path, line });
    const left = LEFT.exec(line.text)?.[1];
    for (const [key, one] of there) if (one.path === left) there.delete(key);
  }
  return [...there.values()];
}

/** procd makes a node seconds after the kernel has told of it. */
const NODE_COMES_MS = 10_000;
const NOT_THERE = /specified control device does not exist/;
const NOT_FOUND = new RegExp(`${NOT_THERE.source}|${NO_INTERFACE.source}`);

/** The modem has its control device, with a network interface beside it, and netifd looks at something else. */
function otherNode(scene: Scene): Match | undefined {
  const missing = scene.with(NOT_FOUND).at(-1);
  if (!missing || scene.reachedAfter(missing.number, 'S4')) return undefined;
  const there = controlDevices(scene, missing).map(({ line }) => line);
  const soon = there.some(
    ({ timeMs }) => timeMs === undefined || (missing.timeMs ?? 0) - timeMs < NODE_COMES_MS,
  );
  if (there.length === 0 || soon) return undefined;
  return {
    evidence: [...there, missing],
    confidence: 'certain',
    settles: true,
    title: NOT_THERE.test(missing.text)
      ? 'the configured control device is not there, while the modem has one of another name'
      : 'the configured device is no control device, while the modem has one',
    explains: EFFECTS,
    causes: [WRONG_OPTION],
  };
}

/** Source: qmi.sh, mbim.sh, ncm.sh, modemmanager.sh, which say it of the settings before they look at anything. */
const NAMELESS = /^(?:\w+\[\d+\] )?No (?:control )?device specified$/;

function nameless(scene: Scene): Match | undefined {
  const evidence = scene.with(NAMELESS);
  const last = evidence.at(-1);
  if (!last || scene.reachedAfter(last.number, 'S4')) return undefined;
  return {
    evidence,
    confidence: 'certain',
    settles: true,
    title: 'the interface names no device to dial on',
    causes: [
      cause(
        'option device is missing in its settings',
        'uci show network.wwan; ls /dev/cdc-wdm*',
        "uci set network.wwan.device='/dev/cdc-wdm0'; uci commit network; /etc/init.d/network reload",
      ),
    ],
  };
}

/** What only one handler says, and the driver that it can't dial with. */
const tongues = [
  {
    proto: 'mbim',
    says: /^mbim\[\d+\] Reading capabilities/,
    fails: /mbim message timeout|Failed to read modem caps/,
    driver: /^qmi_wwan/,
    shows: 'QMI',
  },
  {
    proto: 'qmi',
    says: /^Waiting for SIM initialization|^Failed to connect to service|^"Failed to connect to service"/,
    fails:
      /Failed to connect to service|^Request timed out$|Failed to parse message data|SIM in illegal state/,
    driver: /^cdc_mbim$/,
    shows: 'MBIM',
  },
] as const;

/** netifd speaks QMI to a modem that shows MBIM, or the other way round. */
function otherTongue(scene: Scene): Match | undefined {
  for (const { proto, says, fails, driver, shows } of tongues) {
    const failed = scene.with(fails).filter((line) => line.interface !== undefined);
    const said = scene.with(says).find((line) => line.interface !== undefined);
    const last = failed.at(-1);
    if (!last || !said || scene.reachedAfter(last.number, 'S4')) continue;
    const there = controlDevices(scene, last);
    if (there.length === 0 || !there.every((one) => driver.test(one.driver))) continue;
    return {
      evidence: [...there.map(({ line }) => line), said, ...failed],
      confidence: 'certain',
      settles: true,
      title: `netifd dials ${proto}, and the modem shows ${shows}: the protocol is not that of its control device`,
      explains: EFFECTS,
      causes: [WRONG_PROTO],
    };
  }
  return undefined;
}

const WRONG_OPTION = cause(
  'the interface names the wrong device, or has the wrong protocol for it',
  'uci show network.wwan; ls -l /dev/ttyUSB* /dev/cdc-wdm*; ls -l /sys/class/usbmisc/*/device/driver',
  "uci set network.wwan.device='/dev/cdc-wdm0' (qmi, mbim) or the tty that answers AT (3g); uci commit network; /etc/init.d/network reload",
);
const WRONG_PROTO = cause(
  'option proto does not go with what the modem shows on USB',
  'ls -l /sys/class/usbmisc/cdc-wdm0/device/driver: qmi_wwan wants proto qmi, cdc_mbim proto mbim',
  'uci set network.wwan.proto to it; uci commit network; /etc/init.d/network reload; or another composition (AT!USBCOMP, AT+QCFG="usbnet")',
);

/** F34 where it is settings: netifd's interface does not fit the modem. */
export const misfit = (scene: Scene): Match | undefined =>
  configured(scene) ?? noTerminal(scene) ?? nameless(scene) ?? otherTongue(scene) ?? otherNode(scene);
