import type { LogLine } from '../log.ts';
import { install, installed } from '../package-manager.ts';
import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type RankedCause, type Signature } from '../signature.ts';
import { MODEM_VENDORS, type DumpedDevice, type DumpedInterface } from '../usb-dump.ts';

const SIERRA_LIKE = new Set(['1199', '413c', '03f0']);

const QCSERIAL = cause(
  'kmod-usb-serial-qualcomm (qcserial) is not installed: stock GL.iNet firmware lacks it',
  `lsmod | grep qcserial; ${installed('usb-serial')}`,
  `${install('kmod-usb-serial-qualcomm', 'kmod-usb-net-qmi-wwan')}; then plug it in again`,
);
const OPTION = cause(
  'kmod-usb-serial-option is not installed, or too old for this id',
  'lsmod | grep option; echo VENDOR PRODUCT > /sys/bus/usb-serial/drivers/option1/new_id: does a tty appear?',
  install('kmod-usb-serial-option', 'kmod-usb-serial-wwan'),
);
const UI = cause(
  'the web interface lists only what it knows by name',
  'ls /dev/ttyUSB*',
  'configure it in LuCI or with uci',
);

function modems(scene: Scene): DumpedDevice[] {
  return scene.usb.filter((device) => device.vendorId === '' || MODEM_VENDORS.has(device.vendorId));
}

/** Network functions: MBIM and ECM by class, QMI by the interface number at which the vendors put it. */
function isNetwork(device: DumpedDevice, face: DumpedInterface): boolean {
  if (face.class === '02' || face.class === '0a' || face.class === 'e0') return true;
  if (SIERRA_LIKE.has(device.vendorId)) return face.number >= 8;
  return device.vendorId === '2c7c' && face.number >= 4;
}

const SERIAL_DRIVER = /^(?:option|qcserial|sierra|cdc_acm|GobiSerial|usb_?serial\w*)\d?$/;
const NETWORK_DRIVER =
  /^(?:qmi_wwan\w*|cdc_mbim|cdc_ether|cdc_ncm|huawei_cdc_ncm|rndis_host|sierra_net|GobiNet|hso)$/;

/** Functions without a driver, if none of their kind has one: one spare interface (ADB, audio) stays alone in health. */
function unbound(scene: Scene, network: boolean): LogLine[] {
  const bound = network ? NETWORK_DRIVER : SERIAL_DRIVER;
  const bare = modems(scene).filter(
    (device) => !device.interfaces.some((face) => bound.test(face.driver ?? '')),
  );
  return bare.flatMap((device) =>
    device.interfaces
      .filter((face) => face.driver === undefined && isNetwork(device, face) === network)
      .filter((face) => network || face.class === 'ff')
      .map((face) => face.line),
  );
}

function noTty(scene: Scene): Match | undefined {
  const checked = scene.with(/^check S2 not reached: .*driver \(none\)/);
  const evidence = [...unbound(scene, false), ...checked];
  if (evidence.length === 0) return undefined;
  const sierra = modems(scene).some((device) => SIERRA_LIKE.has(device.vendorId));
  return { evidence, confidence: 'certain', causes: sierra ? [QCSERIAL, UI] : [OPTION, QCSERIAL, UI] };
}

const BAD_MODULE =
  /(?:cdc_mbim|cdc_ncm|qmi_wwan|cdc_wdm|cdc_ether): (?:Unknown symbol|disagrees about version|version magic)|(?:cdc[-_]mbim|qmi[-_]wwan|cdc[-_]ncm)\.ko.*(?:failed|not found|error)/i;
const NO_NODE =
  /\bno (?:such )?\/dev\/\w*c?-?wdm\d?|(?:there is|there's|see|have|having|get|find) (?:no|not|any) [^.]{0,40}\/dev\/\w*-?(?:wdm|\*)|no cdc-wdm|cdc-wdm0?:? (?:is )?(?:missing|not found|no such)/i;

// qmi.sh, ncm.sh; mbim.sh: the control node is there, and no network interface beside it.
export const NO_INTERFACE = /^The interface could not be found\.|Failed to find matching interface/;

function noNetworkDriver(scene: Scene): Match | undefined {
  const bad = scene.with(BAD_MODULE);
  if (bad.length > 0) return { evidence: bad, confidence: 'certain', causes: [NCM, VERMAGIC, MBIM_KMOD] };
  const faces = unbound(scene, true);
  if (faces.length > 0) return { evidence: faces, confidence: 'certain' };
  const nameless = [...scene.with(NO_INTERFACE), ...scene.errors(/^NO_IF(?:ACE|NAME)$/)];
  if (nameless.length > 0)
    return { evidence: nameless, confidence: 'likely', settles: false, causes: NAMELESS };
  const node = scene.with(NO_NODE);
  if (node.length === 0) return undefined;
  const wrong = scene.with(/kmod-usb-(?:net|serial)-sierrawireless|comgt-directip|sierra_net/);
  const composition = scene.with(/Interface bitmask:.*(?:mbim|rmnet0)|AT!USBCOMP=/);
  const evidence = [...node, ...wrong, ...composition];
  const causes: RankedCause[] = [...(wrong.length > 0 ? [DIRECTIP] : []), COMPOSITION, MBIM_KMOD];
  return { evidence, confidence: evidence.length > 1 ? 'likely' : 'possible', causes };
}

const MBIM_KMOD = cause(
  'the driver of this composition is not installed: kmod-usb-net-cdc-mbim for MBIM, kmod-usb-net-qmi-wwan for QMI',
  'lsusb -t: Driver of interface 8 (QMI) or 12 (MBIM); lsmod | grep -E "cdc_mbim|qmi_wwan"',
  'install the matching kmod, or change the composition to one that has a driver (AT!USBCOMP=1,1,10D, then AT!RESET)',
);
/** A driver that brings a control device has a network interface beside it: a tty has not, nor plain cdc_wdm. */
const NAMELESS = [
  cause(
    'option device names a tty, or another device that is no control device of this modem',
    'uci get network.wwan.device; ls -l /sys/class/usbmisc/*/device/driver',
    "uci set network.wwan.device='/dev/cdc-wdm0'; uci commit network; /etc/init.d/network reload",
  ),
  MBIM_KMOD,
];
const VERMAGIC = cause(
  'the module belongs to another kernel build',
  'modinfo -F vermagic MODULE against uname -r',
  'install it from the feed of this very build',
);
const NCM = cause(
  'its dependency cdc_ncm is not loaded',
  `lsmod | grep cdc_ncm; ${installed('cdc-ncm')}`,
  install('kmod-usb-net-cdc-ncm'),
);
const DIRECTIP = cause(
  'kmod-usb-net-sierrawireless drives the older DirectIP family, not this modem',
  'modinfo sierra_net: 1199:9071 is not among its ids',
  'remove that package, and install kmod-usb-net-qmi-wwan or -cdc-mbim',
);
const COMPOSITION = cause(
  'the composition was changed but not activated, or does not match the driver',
  'AT!USBCOMP? against lsusb -t',
  'AT!RESET after AT!USBCOMP=..., then look for the driver of what is there now',
);

/** The modem is on USB, and the kernel has no driver for a part of it. */
export const drivers: readonly Signature[] = [
  {
    fault: 'F07',
    title: 'serial interfaces of the modem have no driver: no ttyUSB for AT and PPP',
    rung: 'S2',
    settles: true,
    causes: [QCSERIAL, UI],
    match: noTty,
  },
  {
    fault: 'F03',
    title: "the modem's network function has no working driver: no cdc-wdm, no wwan0",
    rung: 'S2',
    settles: true,
    causes: [MBIM_KMOD, VERMAGIC, NCM],
    match: noNetworkDriver,
  },
  {
    fault: 'F02',
    title: 'the modem speaks raw IP only, and the driver of this kernel cannot',
    rung: 'S2',
    settles: true,
    causes: [
      cause(
        'the kernel is older than 4.5 and has no backport (15.05, GL.iNet 2.x)',
        'uname -r; ls /sys/class/net/wwan0/qmi/raw_ip',
        'LEDE 17.01 or newer, or MBIM or PPP instead',
      ),
      cause(
        "a vendor's driver (qmi_wwan_q, GobiNet) sits in the place of qmi_wwan",
        'ls -l /sys/class/net/wwan0/device/driver',
        'remove it, use qmi_wwan',
      ),
      cause(
        'the wrong network interface was resolved',
        'ls /sys/class/usbmisc/cdc-wdm0/device/net',
        'option device or devpath',
      ),
    ],
    match: seen(/missing this required driver attribute|Device only supports raw-ip mode/, {
      confidence: 'certain',
    }),
  },
  {
    fault: 'F27',
    title: "a driver's probe of the modem fails",
    rung: 'S2',
    settles: true,
    causes: [
      cause(
        'two network functions in one composition',
        'dmesg | grep probe; cat /sys/kernel/debug/usb/devices',
        'a composition with one network function',
      ),
      cause(
        'the wrong driver claimed the interface',
        'ls -l /sys/bus/usb/devices/*:1.*/driver',
        'unbind it, or blacklist that module',
      ),
      cause('a kernel bug', 'the same modem with another kernel', 'update'),
    ],
    match: seen(
      /(?:qmi_wwan|cdc_mbim|cdc_ether|cdc_ncm|rndis_host|option\d?|qcserial|huawei_cdc_ncm)\b.*(?:probe (?:of \S+ |with driver \S+ )?failed|failed with error|error) -\d+|^(?:probe of|probe with driver).*failed with error -\d+|(?:qmi_wwan|cdc_mbim|cdc_ether)\S*: bind\(\) failure/,
      { confidence: 'certain' },
    ),
  },
];
