import type { LogLine } from './log.ts';
import { namesStorageMode } from './storage-ids.ts';

/** A modem that vanished from USB: the kernel's line and those that follow from it. */
export interface UsbLoss {
  readonly line: LogLine;
  /** `1-1.2` */
  readonly path: string;
  /** Something ordered a reset shortly before, or it came back with another function: then the loss is an effect. */
  readonly ordered: LogLine | undefined;
  /** The log says that this is a modem's port. */
  readonly known: boolean;
  /** The same port shows a device again later. */
  readonly returned: LogLine | undefined;
}

const GONE = /^usb (\d[\d.-]*): USB disconnect/;
const DRIVER_GONE = /^(?:option\d?|qcserial|sierra|GobiSerial) (\d[\d.-]*):1\.\d+: device disconnected/;
const MODEM_DRIVER =
  /^(?:option|qcserial|qmi_wwan|cdc_mbim|cdc_ether|cdc_ncm|rndis_host|sierra|sierra_net|huawei_cdc_ncm|GobiNet|GobiSerial|cdc_acm|cdc_wdm) (\d[\d.-]*):\d/;
const MODEM_ID =
  /^usb (\d[\d.-]*): .*(?:idVendor=(?:1199|2c7c|12d1|19d2|1bc7|1e0e|05c6|2cb7|413c)|modem|GSM|LTE|Qualcomm|Sierra|Quectel)/i;

const HUB = /^hub (\d[\d.-]*):1\.0: (?:USB hub found|\d+ ports? detected)/;

/** Orders after which a modem leaves USB by itself. */
export const RESET_ORDER =
  /Hard modem reset|Modem Restart\/Disconnect|AT\+CFUN=1,1|AT!RESET|AT\+QPOWD|AT!BOOTHOLD|usbreset|uhubctl|eg25-manager restart|Trying to reset modem|\/authorized|modem power (?:cycle|off)|power[- ]?cycling (?:the )?modem/i;

/** How many lines before a loss an order still counts. */
const ORDER_REACH = 40;

/** Driver lines stand this close to the disconnect that they belong to. */
const NEAR = 30;

export function usbLosses(lines: readonly LogLine[]): UsbLoss[] {
  const modemPaths = new Set<string>();
  for (const line of lines) {
    const path = MODEM_DRIVER.exec(line.text)?.[1] ?? MODEM_ID.exec(line.text)?.[1];
    if (path !== undefined) modemPaths.add(path);
  }
  const hubs = new Set(lines.map((line) => HUB.exec(line.text)?.[1]));
  const recomposed = recompositions(lines);
  const losses: { loss: UsbLoss; index: number }[] = [];
  const lastOf = new Map<string, number>();
  lines.forEach((line, i) => {
    const path = GONE.exec(line.text)?.[1] ?? lostByDriver(lines, i, lastOf);
    if (path === undefined || hubs.has(path) || (modemPaths.size > 0 && !modemPaths.has(path))) return;
    lastOf.set(path, i);
    const before = lines.slice(Math.max(0, i - ORDER_REACH), i);
    const order = before.findLast((l) => RESET_ORDER.test(l.text)) ?? modeSwitch(before, path);
    const ordered = order ?? recomposed.get(i);
    losses.push({
      loss: { line, path, ordered, known: modemPaths.has(path), returned: undefined },
      index: i,
    });
  });
  const arrivals = arrivalsByPath(lines);
  return losses.map(({ loss, index }) => ({
    ...loss,
    returned: nextAfter(arrivals.get(loss.path), index)?.line,
  }));
}

/** An excerpt may lack the `USB disconnect` line: then the first driver's farewell stands for it. */
function lostByDriver(
  lines: readonly LogLine[],
  index: number,
  lastOf: ReadonlyMap<string, number>,
): string | undefined {
  const path = DRIVER_GONE.exec(lines[index]?.text ?? '')?.[1];
  if (path === undefined) return undefined;
  const counted = index - (lastOf.get(path) ?? -Infinity) < NEAR;
  const near = lines.slice(Math.max(0, index - NEAR), index + NEAR);
  return counted || near.some((l) => GONE.exec(l.text)?.[1] === path) ? undefined : path;
}

/** A driver takes a network function: `qmi_wwan 1-1:1.8: cdc-wdm0: USB WDM device`, `… wwan0: register 'qmi_wwan' at …`. */
const BOUND =
  /^(qmi_wwan\w*|cdc_mbim|cdc_ether|cdc_ncm|rndis_host|sierra_net) (\d[\d.-]*):1\.\d+.*(?:: USB WDM device|\bregister ')/;

/**
 * By the line with which a modem left, the one with which another driver took it afterwards: it left since somebody
 * changed its composition, which a modem only shows after a reset.
 */
function recompositions(lines: readonly LogLine[]): ReadonlyMap<number, LogLine> {
  const changed = new Map<number, LogLine>();
  const drivers = new Map<string, string>();
  const leaving = new Map<string, number>();
  lines.forEach((line, i) => {
    const left = GONE.exec(line.text)?.[1];
    if (left !== undefined) leaving.set(left, i);
    const [, driver, path] = BOUND.exec(line.text) ?? [];
    if (driver === undefined || path === undefined) return;
    const loss = leaving.get(path);
    const before = drivers.get(path);
    if (loss !== undefined && before !== undefined && before !== driver) changed.set(loss, line);
    leaving.delete(path);
    drivers.set(path, driver);
  });
  return changed;
}

interface Arrival {
  readonly line: LogLine;
  readonly index: number;
}

function arrivalsByPath(lines: readonly LogLine[]): Map<string, Arrival[]> {
  const arrivals = new Map<string, Arrival[]>();
  lines.forEach((line, index) => {
    const path = ARRIVED.exec(line.text)?.[1];
    if (path === undefined) return;
    const list = arrivals.get(path);
    if (list) list.push({ line, index });
    else arrivals.set(path, [{ line, index }]);
  });
  return arrivals;
}

const ARRIVED = /^usb (\d[\d.-]*): (?:new |New USB device found)/;

/** The first arrival after `index`, by halving: a log can have thousands of both. */
function nextAfter(list: readonly Arrival[] = [], index: number): Arrival | undefined {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.index ?? 0) > index) high = middle;
    else low = middle + 1;
  }
  return list[low];
}

/** A stick that was a CD-ROM until now switches to being a modem: usb-modeswitch makes it leave and come back. */
function modeSwitch(before: readonly LogLine[], path: string): LogLine | undefined {
  const named = before.findLast((l) => l.text.startsWith(`usb ${path}:`) && l.text.includes('idVendor='));
  if (named && namesStorageMode(named.text)) return named;
  const bound = before.findLast((l) => l.text.includes(` ${path}:1.`));
  if (bound === undefined || !/usb-storage|scsi host/.test(bound.text)) return undefined;
  return before.some((l) => /disabled by hub|error -\d+/.test(l.text)) ? undefined : bound;
}
