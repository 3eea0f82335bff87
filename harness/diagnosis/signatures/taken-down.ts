import type { LogLine } from '../log.ts';
import type { Scene } from '../scene.ts';
import { cause, type Match, type Signature } from '../signature.ts';
import { pppdVanished } from './vanished.ts';

/** What pppd and the qmi and mbim handlers say when netifd tells them to end. */
const TOLD_TO_END = /^Terminating on signal \d+|^(?:mbim\[\d+\] )?Stopping network\b/;
/** The session was over before anybody told them. */
const OVER =
  /has lost the connection|^No response to \d+ echo|^LCP terminated by peer|^Modem hangup|^Hangup|USB disconnect|^Modem disconnected/;
/** What a run's checks say: the link was seen to work, it was seen gone. */
const SEEN_ONLINE = /^check S9 reached/;
const SEEN_GONE = /^link drop/;

/** A drop that the checks saw, and the order that ended the session; undefined: it ended without one. */
interface Drop {
  readonly seen: LogLine;
  readonly order: LogLine | undefined;
}

function dropsIn({ lines, modemInterfaces }: Scene): readonly Drop[] {
  const drops: Drop[] = [];
  let up = false;
  let order: LogLine | undefined;
  for (const line of lines) {
    const name = /^Interface '([^']+)' is now up/.exec(line.text)?.[1];
    if (SEEN_ONLINE.test(line.text) || (name !== undefined && modemInterfaces.has(name))) up = true;
    // Before the link was seen to work, it was taken down for the test's own sake.
    if (SEEN_ONLINE.test(line.text)) order = undefined;
    else if (up && OVER.test(line.text)) up = false;
    else if (up && TOLD_TO_END.test(line.text)) {
      up = false;
      order = line;
    } else if (SEEN_GONE.test(line.text)) {
      drops.push({ seen: line, order });
      order = undefined;
    }
  }
  return drops;
}

/** Only a run shows it: in a log alone, the order may have been its owner's. */
function ordered(scene: Scene): Match | undefined {
  const drops = dropsIn(scene);
  const orders = drops.flatMap(({ order }) => order ?? []);
  if (orders.length === 0 || orders.length < drops.length) return undefined;
  return {
    evidence: [...orders, ...drops.map(({ seen }) => seen)],
    confidence: 'certain',
    explains: ['F92'],
  };
}

/** The link goes down by the router's own doing. */
export const takenDown: readonly Signature[] = [
  {
    fault: 'F111',
    title: 'a program on the router takes the link down: neither the modem nor the network ended the session',
    rung: 'S10',
    settles: true,
    causes: [
      cause(
        'a script that the firewall runs when it is reloaded',
        'uci show firewall | grep -E "include|path"; ls /etc/firewall.user /usr/share/nftables.d; grep -rlE "if(down|up) |network.interface" /etc/firewall.user /etc/hotplug.d',
        'take the ifdown or ifup out of it',
      ),
      cause(
        'a hotplug script, a cron job or a monitor (watchcat, mwan3)',
        'grep -rlE "if(down|up) |network restart" /etc/hotplug.d /etc/crontabs /etc/init.d /usr/bin; logread -e cron',
        'take it out, or give it a longer patience',
      ),
      cause('somebody did it by hand, or in a web page', 'logread -e dropbear; logread -e uhttpd', '-'),
    ],
    match: (scene) => ordered(scene) ?? pppdVanished(scene),
  },
];
