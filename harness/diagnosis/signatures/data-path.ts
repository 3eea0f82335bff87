import type { Scene } from '../scene.ts';
import { cause, seen, type Match, type Signature } from '../signature.ts';

const UP = /^"connected"$|"up": ?true|-> connected\)|local +IP address|^check S9 reached/;
const BARE_UP = new RegExp(`${UP.source}|^true$`);

const UNTOLD = cause(
  'the session is dead in the modem and netifd was not told',
  // umbim has no question for the session: a dead one has no addresses any more, and it ends with 255.
  'QMI: uqmi -d /dev/cdc-wdm0 --get-data-status; MBIM: umbim -n -d /dev/cdc-wdm0 config; ifdown wwan; ifup wwan: back?',
  'a monitor that pings and redials',
);

function zombie(scene: Scene): Match | undefined {
  const dead = scene.with(/100% packet loss|\b0 packets received|^link drop: up, and nobody has answered/);
  // `ifstatus wwan | jsonfilter -e '@.up'` answers with a bare word.
  const up = scene.with(scene.has(/@\.up\b/) ? BARE_UP : UP);
  const first = up[0];
  if (dead.length === 0 || !first || first.number > (dead.at(-1)?.number ?? 0)) return undefined;
  const told = scene.with(/^"disconnected"$/);
  if (told.length === 0) return { evidence: [first, ...dead], confidence: 'likely' };
  const evidence = [...told, first, ...dead];
  return { evidence, confidence: 'certain', settles: true, causes: [UNTOLD] };
}

const RELOAD = /\bfw[34] (?:-q )?reload\b|firewall reload|\/etc\/init\.d\/firewall (?:reload|restart)/i;
const PAUSE =
  /iperf\d?.{0,60}(?:drop|clos|stall)|session will be closed|(?<!\b0% )packet (?:drop|loss)|TCP(?! flags).{0,30}(?:reset|closed|RST)|traffic (?:stops|pauses|interrupted)|(?:forwarding|throughput).{0,40}(?:stop|drop|interrupt|zero)/i;

function reloadPause(scene: Scene): Match | undefined {
  const reload = scene.with(RELOAD);
  const pause = scene.with(PAUSE);
  // A link that goes down is another matter: here only the forwarding stops for a second.
  if (reload.length === 0 || pause.length === 0) return undefined;
  if (scene.has(/No response to \d+ echo|lost the connection|link is down|USB disconnect/)) return undefined;
  return { evidence: [...reload, ...pause], confidence: 'likely' };
}

/** The link stands, and packets do not get through. */
export const dataPath: readonly Signature[] = [
  {
    fault: 'F38',
    title: "the transmit queue of the modem's network interface is stuck",
    rung: 'S10',
    settles: true,
    causes: [
      cause(
        'firmware and qmi_wwan under load (known with the EM7565)',
        'the same load in MBIM',
        'use MBIM; re-enumerate to recover',
      ),
      cause('the modem left USB', 'dmesg | grep "USB disconnect"', 'supply, cable'),
    ],
    match: seen(
      /NETDEV WATCHDOG: (?:wwan|usb|eth|rmnet)\d\S* \((?:qmi_wwan|cdc_mbim|cdc_ether|cdc_ncm|rndis_host|sierra_net|huawei_cdc_ncm)\S*\)|NETDEV WATCHDOG: wwan|^(?:qmi_wwan|cdc_mbim|cdc_ether|cdc_ncm|rndis_host|sierra_net|huawei_cdc_ncm|mhi_net|mtk_t7xx)\S* \S+ \S+: NETDEV WATCHDOG|\bwwan\d\S*: NETDEV WATCHDOG/,
      { confidence: 'certain' },
    ),
  },
  {
    fault: 'F98',
    title: 'a zombie session: up by every status, and nothing passes',
    rung: 'S9',
    settles: false,
    causes: [
      UNTOLD,
      cause('firmware', 'only a reset of the modem helps', 'newer modem firmware'),
      cause(
        'the router itself lets nothing out: a rule of its firewall, a route',
        'ip route get 8.8.8.8; nft list ruleset | grep -w drop (iptables -S | grep DROP)',
        'take the rule out, or put the route back',
      ),
      cause(
        "a program ends the session behind netifd's back: one that the firewall runs when it is reloaded, a cron job",
        'grep -rnE "uqmi|umbim|qmicli|mbimcli|gcom" /etc/firewall.user /etc/hotplug.d /etc/crontabs /usr/bin/*.sh; uci show firewall | grep path',
        'let it say ifdown wwan; ifup wwan instead',
      ),
    ],
    match: zombie,
  },
  {
    fault: 'F99',
    title: 'packets larger than the MTU are dropped: small ones pass, large transfers stall',
    rung: 'S9',
    settles: true,
    causes: [
      cause(
        'the MTU of the interface is below what is handed to it',
        'ip link show wwan0; ping -M do -s 1372 HOST',
        "option mtu as the operator says; MSS clamping (mtu_fix '1')",
      ),
      cause(
        'the modem sets another one than the router',
        'uqmi -d /dev/cdc-wdm0 --get-current-settings: mtu',
        'the same on both',
      ),
    ],
    match: seen(
      /skb[_ ]len\S* (?:is )?larger than mtu|larger than mtu=|Message too long|message size .* exceeds MTU|frag(?:mentation)? needed/i,
      { confidence: 'certain' },
    ),
  },
  {
    fault: 'F107',
    title: 'a firewall reload stops forwarding for about a second; the link itself stays',
    rung: 'S9',
    settles: true,
    causes: [
      cause(
        'fw3 puts the whole rule set in place anew, at every ifup',
        'iperf3 -i 0.1 across a reload: one gap, and ifstatus uptime goes on',
        'firewall4; fewer interfaces in zones; no reloads by script',
      ),
    ],
    match: reloadPause,
  },
];
