import { cause, seen, type Signature } from '../signature.ts';

/** Programs that judge the link, and may be wrong. */
export const monitors: readonly Signature[] = [
  {
    fault: 'F100',
    title: 'a connection monitor declares the link dead: the drop may be its own doing',
    rung: 'S10',
    settles: true,
    causes: [
      cause(
        'the host it pings does not answer',
        'ping that host and another one from the router',
        'other tracking hosts',
      ),
      cause(
        'its threshold is too tight for a mobile link',
        'uci show mwan3 | grep -E "down|timeout"; cat /tmp/modlog.log',
        'more tries, longer time-outs',
      ),
      cause('the link was really lost', 'what came before it in the log', '-'),
    ],
    match: seen(
      /Interface \S+ \((?:wwan|3g-|usb|modem)\S*\) is offline|(?:Down )?Bad Ping|Modem \d+ Connection is Down|Missing Tracking IP/i,
      { explains: ['F92'] },
    ),
  },
  {
    fault: 'F106',
    title:
      'boot race of mwan3: the interface is given up before it has its address, and never looked at again',
    rung: 'S10',
    settles: true,
    causes: [
      cause(
        'the tracker starts on the parent, the address comes on the dynamic child (wwan_4)',
        '/etc/init.d/mwan3 restart after boot: online?',
        'a newer mwan3; restart it from a hotplug script',
      ),
    ],
    match: seen(/hotplug on \S+ not called because interface disabled|tracking is paused/, {
      confidence: 'certain',
    }),
  },
];
