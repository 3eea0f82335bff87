import type { LogLine } from '../log.ts';
import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

/** Discovers on the modem's interface after which no lease came: three, for one or two may still be answered. */
function discovers(scene: Scene): LogLine[] {
  const own = (line: LogLine): boolean =>
    line.interface === undefined
      ? line.process === undefined || line.process === 'udhcpc'
      : scene.modemInterfaces.has(line.interface);
  const asked = scene.lines.filter(
    (line) => own(line) && /(?:sending|broadcasting) discover|^DHCPDISCOVER on (?:wwan|usb)/.test(line.text),
  );
  const last = asked.at(-1);
  return last && !scene.reachedAfter(last.number, 'S8') ? asked : [];
}

const NO_OFFER = /No DHCPOFFERS received|no lease, (?:failing|forking)|\bNo IP(?:V4)? Address\b/i;
const QMI = /qmi|wwan0|cdc-wdm|Starting network/i;
const RAW_IP_SET = /Informing driver of raw-ip|Link layer protocol: 'raw-ip'|raw_ip.*Y\b/;

function noLease(scene: Scene): Match | undefined {
  const untold = seen(/mbim\[\d+\] Failed to obtain IP address(?:es)?$/, {
    errors: /^CONFIG_FAILED$/,
    confidence: 'certain',
    overcomeAt: 'S8',
    title: 'the session is up, and the modem tells no address for it',
    causes: [FAMILY, APN],
  })(scene);
  if (untold) return untold;
  const words = scene.with(NO_OFFER);
  const asked = discovers(scene);
  const evidence = [...asked, ...words];
  if (words.length > 0) return { evidence, confidence: 'certain' };
  if (asked.length === 0) return undefined;
  return { evidence, confidence: asked.length >= 3 ? 'likely' : 'possible' };
}

function framing(scene: Scene): Match | undefined {
  const asked = discovers(scene);
  if (asked.length < 3 || !scene.lines.some((line) => QMI.test(line.original)) || scene.has(RAW_IP_SET))
    return undefined;
  return { evidence: asked, confidence: 'possible' };
}

const APN = cause(
  'the APN is not in the profile that was dialled',
  'AT+CGDCONT?; uqmi -d /dev/cdc-wdm0 --get-current-settings',
  'AT+CGDCONT=1,"IP","apn of the plan", or option apn',
);
const FRAMING = cause(
  'framing: the modem speaks raw IP, the driver Ethernet',
  'uqmi -d /dev/cdc-wdm0 --wda-get-data-format; cat /sys/class/net/wwan0/qmi/raw_ip; ip -s link',
  'with the link down: echo Y > /sys/class/net/wwan0/qmi/raw_ip; a qmi.sh that does it',
);
const FAMILY = cause(
  'the network gave another IP version than the handler asks for',
  'umbim -d /dev/cdc-wdm0 -n config; option pdptype',
  "uci set network.wwan.pdptype='ipv4'; uci commit network; ifup wwan",
);
const STATIC = cause(
  'this modem offers no DHCP (EM7455 in MBIM): the address has to be asked for',
  'umbim -d /dev/cdc-wdm0 -n config; uqmi --get-current-settings',
  "option dhcp '0', a newer mbim.sh",
);

/** The session is up, and no address comes by DHCP. */
export const noAddress: readonly Signature[] = [
  {
    fault: 'F82',
    title: 'the session is up but no address comes: DHCP gets no offer',
    rung: 'S8',
    settles: true,
    causes: [APN, FRAMING, STATIC],
    match: noLease,
  },
  {
    fault: 'F39',
    title: 'framing mismatch: the modem speaks raw IP, the driver Ethernet',
    rung: 'S8',
    settles: true,
    causes: [
      FRAMING,
      cause(
        'the bearer belongs to another profile',
        'uqmi -d /dev/cdc-wdm0 --get-current-settings',
        "option profile '1'",
      ),
    ],
    match: framing,
  },
];
