import { install } from '../package-manager.ts';
import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

function rndis(scene: Scene): Match | undefined {
  const device = scene.usb.find(
    (d) =>
      (d.vendorId === '2c7c' || d.vendorId === '1199') && d.interfaces.some((f) => f.driver === 'rndis_host'),
  );
  const faces =
    device?.interfaces.filter((face) => face.driver === 'rndis_host').map((face) => face.line) ?? [];
  const told = scene.with(/QCFG=?"usbnet",[13]\b|USBCOMP=\d,\d,0*4\w{3}\b/);
  const android = scene.with(/^S: +Product=Android|Product: Android$/);
  if (faces.length === 0 && (told.length === 0 || android.length === 0)) return undefined;
  const evidence = [...told, ...android, ...faces];
  return { evidence, confidence: told.length > 0 ? 'certain' : 'likely', explains: ['F03', 'F07', 'F71'] };
}

/** The modem offers other functions than the router expects. */
export const composition: readonly Signature[] = [
  {
    fault: 'F25',
    title:
      'the USB composition was changed (RNDIS): the AT port is elsewhere or has no driver, and QMI is gone',
    rung: 'S2',
    settles: true,
    causes: [
      cause(
        'AT+QCFG="usbnet",3 was sent',
        'cat /sys/kernel/debug/usb/devices: Driver=rndis_host at interfaces 0 and 1',
        'boot a kernel from 5.10 on (OpenWrt 22.03), where the AT port is bound, and send AT+QCFG="usbnet",0 and AT+CFUN=1,1',
      ),
      cause(
        'it was reset to its defaults, or its firmware updated',
        'AT+QCFG="usbnet" or AT!USBCOMP?',
        'set the composition again',
      ),
    ],
    match: rndis,
  },
  {
    fault: 'F114',
    title: "the router does not know the protocol of this interface: its handler's package is not installed",
    rung: 'S3',
    settles: true,
    causes: [
      cause(
        'uqmi, umbim, comgt, comgt-ncm or modemmanager is missing',
        'uci get network.wwan.proto; ls /lib/netifd/proto',
        `PACKAGE is uqmi (qmi), umbim (mbim), comgt (3g), comgt-ncm (ncm) or modemmanager: ${install('PACKAGE')}; then /etc/init.d/network restart`,
      ),
    ],
    match: seen(/^Unsupported protocol type|^Install protocol extensions/, { confidence: 'likely' }),
  },
  {
    fault: 'F115',
    title:
      'the modem does not take a setting that the interface of proto modemmanager gives it before it connects',
    rung: 'S6',
    settles: true,
    causes: [
      cause(
        'its initial EPS bearer: without option init_epsbearer the handler deletes it (since autumn 2025), which not every modem can',
        "mmcli -m any --3gpp-set-initial-eps-bearer-settings='apn=': does it fail as well?",
        "uci set network.wwan.init_epsbearer='none'; uci commit network; ifup wwan",
      ),
      cause(
        'its radio modes: it knows one combination only',
        'mmcli -m any: Modes, supported; uci get network.wwan.allowedmode',
        'uci delete network.wwan.allowedmode; a newer package modemmanager',
      ),
    ],
    match: seen(/couldn't set initial EPS bearer|couldn't set current modes/, {
      errors: /^MM_(?:INIT_EPS_BEARER_SET_FAILED|INVALID_ALLOWED_MODES_LIST|FAILED_SETTING_PREFERRED_MODE)$/,
      confidence: 'certain',
      overcomeAt: 'S7',
    }),
  },
  {
    fault: 'F28',
    title: "OpenWrt's NCM handler does not know this make of modem",
    rung: 'S3',
    settles: true,
    causes: [
      cause(
        'no commands are listed for its manufacturer',
        'gcom -d /dev/ttyUSB2 -s /etc/gcom/getcardinfo.gcom; grep : /etc/gcom/ncm.json',
        'another protocol for this modem (qmi, mbim, 3g), or its commands in /etc/gcom/ncm.json',
      ),
    ],
    match: seen(/^Unsupported modem$/, {
      errors: /^UNSUPPORTED_MODEM$/,
      confidence: 'certain',
      overcomeAt: 'S8',
    }),
  },
];
