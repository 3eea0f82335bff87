import type { Rung } from '../core/ladder.ts';
import { heightOf, reachedRungs, type Reached } from './ladder.ts';
import { handlerErrors } from './handler-errors.ts';
import type { LogLine } from './log.ts';
import { pppSessions, type PppSession } from './ppp-session.ts';
import { usbDump, type DumpedDevice } from './usb-dump.ts';
import { usbLosses, type UsbLoss } from './usb-events.ts';

/** A log as signatures see it: its lines, and what was read out of them once for all. */
export interface Scene {
  readonly lines: readonly LogLine[];
  readonly ppp: readonly PppSession[];
  /** Devices of `cat /sys/kernel/debug/usb/devices` and `lsusb -t`. */
  readonly usb: readonly DumpedDevice[];
  /** Times at which a modem vanished from USB. */
  readonly losses: readonly UsbLoss[];
  readonly reached: readonly Reached[];
  /** netifd interfaces that belong to a modem, dynamic children (`wwan_4`) included. */
  readonly modemInterfaces: ReadonlySet<string>;
  with(pattern: RegExp): LogLine[];
  has(pattern: RegExp): boolean;
  /** Lines of `ifstatus` at which a modem's protocol handler left an error code like this. */
  errors(codes: RegExp): LogLine[];
  /** Lines that say it in words, or by such a code, in the order of the log. */
  told(pattern: RegExp, codes: RegExp): LogLine[];
  /** Did the run of a netifd protocol handler that `line` is from say something like this before it? */
  handlerSaid(pattern: RegExp, line: LogLine): boolean;
  /** Was this rung, or one above it, reached after line `number`? */
  reachedAfter(number: number, rung: Rung): boolean;
}

export function createScene(lines: readonly LogLine[]): Scene {
  const reached = reachedRungs(lines);
  return {
    lines,
    ppp: pppSessions(lines),
    usb: usbDump(lines),
    losses: usbLosses(lines),
    reached,
    modemInterfaces: modemInterfaces(lines),
    with: (pattern) => lines.filter((line) => pattern.test(line.text)),
    has: (pattern) => lines.some((line) => pattern.test(line.text)),
    errors: (codes) => handlerErrors(lines, codes),
    told: (pattern, codes) => {
      const coded = handlerErrors(lines, codes);
      return lines.filter((line) => pattern.test(line.text) || coded.includes(line));
    },
    handlerSaid: (pattern, { interface: of, pid, number }) =>
      of !== undefined &&
      lines.some(
        (line) =>
          line.number < number && line.interface === of && line.pid === pid && pattern.test(line.text),
      ),
    reachedAfter: (number, rung) =>
      reached.some((r) => r.line.number > number && heightOf(r.rung) >= heightOf(rung)),
  };
}

/** What OpenWrt's protocol handlers of modems say (3g.sh, qmi.sh, mbim.sh, ncm.sh). */
export const HANDLER =
  /Waiting for (?:SIM|network reg)|Starting network|[Cc]ontrol device|SIM not init|PLMN|modem information|Unsupported modem|(?:[Ii]nitia(?:li[sz]|t)e|[Cc]onfigure|Activate) modem|SIM ?card|Activate session|^modem available at|^starting connection with apn|interface could not be found|SIM in illegal|registration|raw-ip|PIN |mbim\[|comgt|uqmi|Setting up (?:wwan|usb)|Stopping network|Unable to connect|Failed to (?:connect to service|parse message)|^\.$/;
const USUAL_NAME = /^(?:modem|wwan|lte|[345]g|cell|mobile|wan[12]$)/i;

/** Interfaces whose handler speaks of a modem, whose device is a modem's, or that are named as such and are no WiFi. */
function modemInterfaces(lines: readonly LogLine[]): Set<string> {
  const names = new Set<string>();
  const wifi = lines.some((line) =>
    /'wlan\d|'phy\d-sta|\bwlan\d\b.*(?:authenticate|associated)/.test(line.text),
  );
  const wwanDevice = lines.some((line) => /\bwwan\d\b|cdc-wdm\d|tty(?:USB|ACM)\d|\b3g-/.test(line.text));
  for (const line of lines) {
    if (line.interface !== undefined && HANDLER.test(line.text)) names.add(line.interface);
    const named = /ifup of (\S+) \((?:wwan\d|3g-|usb\d)/.exec(line.text)?.[1];
    if (named !== undefined) names.add(named);
    const ppp = /'3g-([\w.-]+)'|\b3g-([\w.-]+): renamed|Using interface 3g-([\w.-]+)/.exec(line.text);
    const owner = ppp?.[1] ?? ppp?.[2] ?? ppp?.[3];
    if (owner !== undefined) names.add(owner);
    const plain = /^Interface '([^']+)'/.exec(line.text)?.[1];
    if (plain !== undefined && USUAL_NAME.test(plain) && (!wifi || wwanDevice)) names.add(plain);
  }
  for (const line of lines) {
    const child = line.interface ?? /^Interface '([^']+)'/.exec(line.text)?.[1];
    if (child !== undefined && /_[46]$/.test(child) && names.has(child.replace(/_[46]$/, '')))
      names.add(child);
  }
  return names;
}
