import type { LogLine } from '../log.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';
import type { Scene } from '../scene.ts';

// Boot identities: Sierra's end one below the application's; Dell's DW5811e; kernel qcserial.c calls them QDL.
const SIERRA_IDS = '(?:9070|9078|907a|9090|90b0|90d2|90e4)';
const BOOT_ID = new RegExp(
  `\\b1199:${SIERRA_IDS}\\b|idVendor=1199, idProduct=${SIERRA_IDS}\\b|Vendor=1199 ProdID=${SIERRA_IDS}\\b|\\b413c:81b5\\b|idVendor=413c, idProduct=81b5`,
  'i',
);
const ARRIVAL = new RegExp(`idVendor=(?:1199, idProduct=${SIERRA_IDS}|413c, idProduct=81b5)`, 'i');
const DETAILS = /HDLC trailing control character|\bQDL\b|QDLoader|Every command just returns/i;

const REFLASH =
  'qmi-firmware-update --update-qdl -d 1199:9070 FILE.cwe FILE.nvu on a PC, right after it enumerates';

function stuck(scene: Scene): Match | undefined {
  const ids = scene.with(BOOT_ID);
  if (ids.length === 0 || isLoop(scene)) return undefined;
  const evidence: LogLine[] = [...ids, ...scene.with(DETAILS)];
  return { evidence, confidence: 'certain', explains: ['F03', 'F07', 'F16', 'F34', 'F35'] };
}

/** The boot identity arrives again and again without an application in between. */
function isLoop(scene: Scene): boolean {
  const arrivals = scene.with(ARRIVAL);
  const away = scene.losses.filter((loss) => loss.returned !== undefined);
  return arrivals.length >= 2 && away.length >= 1;
}

function loop(scene: Scene): Match | undefined {
  if (!isLoop(scene)) return undefined;
  const evidence = [...scene.with(ARRIVAL), ...scene.losses.map((loss) => loss.line)];
  return { evidence, confidence: 'certain', explains: ['F07', 'F15', 'F16', 'F34', 'F18'] };
}

const EMERGENCY = /idVendor=05c6, idProduct=9008|\b05c6:9008\b|QUSB_BULK|QHSUSB_DLOAD|QDLoader 9008/i;

/** The modem runs a boot loader instead of its application. */
export const bootLoader: readonly Signature[] = [
  {
    fault: 'F10',
    title: 'the modem sits in its boot loader (QDL): one serial port that answers no AT command',
    rung: 'S1',
    settles: true,
    causes: [
      cause('a firmware update was interrupted', 'lsusb; lsusb -t: boot id and a single interface', REFLASH),
      cause(
        'boot-hold was set and never released',
        'does a cold start (power cut, not reboot) bring it back?',
        'cut the power for 10 s',
      ),
      cause(
        'its image was damaged in the field',
        'it comes back with the boot id after a power cut',
        REFLASH,
      ),
    ],
    match: stuck,
  },
  {
    fault: 'F11',
    title:
      'the modem enumerates as its boot loader and vanishes, over and over: it never starts its application',
    rung: 'S1',
    settles: false,
    causes: [
      cause(
        'the application image is missing or broken (failed or partial flash)',
        'dmesg -w: boot ids per minute; AT!IMAGE? once it runs again',
        REFLASH,
      ),
      cause(
        'the supply dips when it starts',
        'the same card on a powered adapter or a bench supply',
        'a stronger 5 V feed, a short cable',
      ),
      cause(
        'the host resets it while it starts',
        'stop ModemManager, usb-modeswitch and monitor scripts, then watch dmesg -w',
        'leave it alone for 60 s after power-on',
      ),
    ],
    match: loop,
  },
  {
    fault: 'F12',
    title: 'the module came up in its boot ROM (QHSUSB__BULK) instead of its application',
    rung: 'S1',
    settles: true,
    causes: [
      cause(
        'a warm reset (AT+CFUN=1,1, AT+QPOWD, reset pin) leaves this unit in the boot ROM',
        'compare a warm reset with a cold start: bcdDevice 0.00 or 3.18 in dmesg',
        'cut its power instead of resetting it',
      ),
      cause('its flash is bad', 'a cold start does not help either', 'vendor repair'),
    ],
    match: seen(/QHSUSB_{1,2}BULK|idVendor=2c7c, idProduct=[0-9a-f]{4}, bcdDevice= ?0\.00/i, {
      confidence: 'certain',
      explains: ['F07', 'F13', 'F16', 'F25'],
    }),
  },
  {
    fault: 'F13',
    title: "only Qualcomm's primary boot loader answers (05c6:9008): the modem's own boot loader is lost",
    rung: 'S1',
    settles: true,
    causes: [
      cause(
        'secondary boot loader lost',
        'lsusb: 05c6:9008',
        'vendor repair: this is below what qmi-firmware-update can reach',
      ),
    ],
    match: seen(EMERGENCY, { confidence: 'certain', explains: ['F07', 'F16', 'F10'] }),
  },
  {
    fault: 'F14',
    title: 'the module runs Android fastboot instead of its application',
    rung: 'S1',
    settles: true,
    causes: [
      cause('an AT command put it there', 'fastboot devices on a PC', 'fastboot continue'),
      cause(
        'its flash is failing',
        'it comes back to fastboot after "fastboot continue"',
        'replace the module',
      ),
    ],
    match: seen(/Android Bootloader Interface|idVendor=18d1, idProduct=d00d|\b18d1:d00d\b/i, {
      confidence: 'certain',
      explains: ['F07', 'F16'],
    }),
  },
];
