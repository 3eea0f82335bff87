import type { Ms } from '../../core/units.ts';
import { heightOf } from '../ladder.ts';
import type { Scene } from '../scene.ts';
import { cause, type Match, type Signature } from '../signature.ts';
import type { UsbLoss } from '../usb-events.ts';

const SUPPLY = cause(
  'supply or cable drops at a transmit peak',
  'AT!PCVOLT? under load; the same modem on a powered adapter or a bench supply',
  'a better 5 V feed, a short cable, a powered adapter',
);
const CRASH = cause(
  'the modem firmware crashed',
  'AT!GSTATUS? Reset Counter and AT!GCDUMP after it is back',
  'newer modem firmware',
);
const WATCHDOG = cause(
  'a watchdog or a monitor script cuts it off',
  'time between disconnects (dmesg | grep "USB disconnect"); crontab -l; stop the monitors and watch',
  'repair or feed the watchdog, disable the monitor',
);
const CONTACT = cause(
  'connector or cable contact',
  'another cable, another port; move it and watch dmesg -w',
  'replace it',
);

const LINK_LOST =
  /Modem hangup|has lost the connection|Network (?:device|alias) '(?!wlan|phy|br-|lan)\S+' link is down|Terminating on signal|now disconnected from ttyUSB|has link connectivity loss/;

function unordered(scene: Scene): UsbLoss[] {
  return scene.losses.filter((loss) => loss.ordered === undefined);
}

function loss(scene: Scene): Match | undefined {
  const losses = unordered(scene);
  const first = losses[0];
  if (!first) return undefined;
  const near = new Set(losses.slice(0, 100).flatMap((l) => around(l.line.number)));
  const touched = scene.lines.filter((line) => near.has(line.number) && LINK_LOST.test(line.text));
  // A loss with nothing hanging on it may well be a hand on the plug, or no modem at all.
  const harmed = touched.length > 0 || (losses.length > 1 && losses.some((l) => l.known));
  const evidence = [...losses.map((l) => l.line), ...touched, ...losses.flatMap((l) => l.returned ?? [])];
  const wasUp = scene.reached.some(
    (r) => r.line.number < first.line.number && heightOf(r.rung) >= heightOf('S7'),
  );
  return {
    evidence,
    confidence: harmed ? 'likely' : 'possible',
    rung: wasUp && first.returned ? 'S10' : 'S1',
    explains: ['F34', 'F35', 'F91', 'F92', 'F75'],
  };
}

/** The line numbers within 25 of this one. */
function around(number: number): number[] {
  return Array.from({ length: 51 }, (_, i) => number - 25 + i);
}

/** At least three losses, evenly spaced within a tenth. */
function periodic(scene: Scene): Match | undefined {
  const losses = unordered(scene);
  const times = losses.map((l) => l.line.timeMs).filter((t): t is Ms => t !== undefined);
  if (times.length < 3 || losses.some((l) => l.line.timeResolution === 'minute')) return undefined;
  const gaps = times.slice(1).map((t, i) => t - (times[i] ?? 0));
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
  if (mean < 10_000 || gaps.some((gap) => Math.abs(gap - mean) > Math.max(mean / 10, 1_500)))
    return undefined;
  return {
    evidence: losses.map((l) => l.line),
    confidence: gaps.length >= 3 ? 'certain' : 'likely',
    title: `the modem vanishes from USB every ${Math.round(mean / 1_000)} s: something switches it by the clock`,
    explains: ['F16', 'F34', 'F35', 'F91', 'F92', 'F19'],
  };
}

function byMonitor(scene: Scene): Match | undefined {
  const orders = scene.with(
    /Hard modem reset|Modem Restart\/Disconnect|ping test.*(?:reboot|restart)|reboot.*ping test/i,
  );
  if (orders.length === 0) return undefined;
  const effects = [
    ...scene.losses.filter((l) => l.ordered !== undefined).map((l) => l.line),
    ...scene.with(/usb-modeswitch +Remove|^Remove \d-[\d.]+$/),
  ];
  return {
    evidence: [...orders, ...effects],
    confidence: 'certain',
    explains: ['F16', 'F15'],
  };
}

/** The modem leaves USB while it runs. */
export const usbLoss: readonly Signature[] = [
  {
    fault: 'F16',
    title: 'the modem vanished from USB while running',
    rung: 'S1',
    settles: false,
    causes: [SUPPLY, WATCHDOG, CRASH, CONTACT],
    match: loss,
  },
  {
    fault: 'F15',
    title: 'the modem vanishes from USB at constant intervals',
    rung: 'S1',
    settles: true,
    causes: [WATCHDOG, cause('a heat cycle', 'AT!PCTEMP? each minute', 'cooling'), SUPPLY],
    match: periodic,
  },
  {
    fault: 'F101',
    title: "the connection monitor's own reset takes the modem off USB: an effect, not a power fault",
    rung: 'S10',
    settles: true,
    causes: [
      cause(
        'the monitor resets the modem because the connection failed or its ping got lost',
        'cat /tmp/modlog.log: what comes before "Hard modem reset"?',
        "set the monitor's action to nothing while looking for the first failure",
      ),
    ],
    match: byMonitor,
  },
];
