import type { Scene } from '../scene.ts';
import { cause, type Match, type Signature } from '../signature.ts';

function pppoe(scene: Scene): Match | undefined {
  const sessions = scene.ppp.filter((s) => s.carrier === 'other');
  const named = scene.with(/\bpppoe-\w|rp-pppoe|\bPAD[IORST]\b|PPPoE (?:session|discovery)|pptp-|l2tp-/i);
  if (sessions.length === 0 && named.length === 0) return undefined;
  const lines = sessions.flatMap((s) =>
    s.lines.filter((line) => /^No response|^Serial link|^Connect|^Sent/.test(line.text)),
  );
  return { evidence: [...lines, ...named], confidence: 'certain' };
}

function wifi(scene: Scene): Match | undefined {
  const radio = scene.with(
    /'wlan\d[\w-]*'|'phy\d-sta\d|\bwlan\d\S*: (?:authenticate|associated|deauthenticat|disassociat|Trying)/,
  );
  const first = radio[0];
  if (!first || scene.has(/Network (?:device|alias) 'wwan\d'/)) return undefined;
  const near = scene.lines.filter(
    (line) =>
      Math.abs(line.number - first.number) <= 12 &&
      (line.interface === 'wwan' || line.text.startsWith("Interface 'wwan'")),
  );
  return near.length > 0 ? { evidence: [...radio, ...near], confidence: 'certain' } : undefined;
}

/** What looks like a modem's trouble and belongs to something else. */
export const lookAlike: readonly Signature[] = [
  {
    fault: 'F109',
    title: 'this pppd runs over PPPoE (or a tunnel), not over a modem',
    rung: 'S10',
    settles: false,
    role: 'note',
    causes: [
      cause(
        'a DSL or fibre line',
        'logread | grep "Connect:": <--> names an Ethernet device, not a tty',
        'none on the side of the modem',
      ),
    ],
    match: pppoe,
  },
  {
    fault: 'F108',
    title: 'the interface "wwan" here is a WiFi client, not a modem',
    rung: 'S10',
    settles: false,
    role: 'note',
    causes: [
      cause(
        'LuCI calls the WiFi uplink wwan',
        'ifstatus wwan | grep l3_device',
        'none on the side of the modem',
      ),
    ],
    match: wifi,
  },
];
