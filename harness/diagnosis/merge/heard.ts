import type { TimelineEvent } from '../../core/timeline.ts';
import type { Ms } from '../../core/units.ts';
import { both, type Boot, type Span } from './boots.ts';

/** By which way a line came. */
export type Way = 'logread' | 'syslog' | 'console';

/** A line as it came by one way. */
export interface Heard {
  readonly way: Way;
  readonly seq: number;
  readonly line: string;
  /** The same for the same message, whichever way it came; within one boot. */
  readonly key: string;
  /** 1 for the first boot; 1.5: between the first and the second. */
  readonly boot: number;
  readonly time: Span;
}

const WAYS: Readonly<Record<string, Way>> = { 'router.log': 'logread', syslog: 'syslog', console: 'console' };

const LOGREAD = /^\w{3} (\w{3} [ \d]\d) (\d\d:\d\d:\d\d) (\d{4}) (.*)$/s;
const SYSLOG = /^(\w{3} [ \d]\d) (\d\d:\d\d:\d\d) (.*)$/s;
/** The kernel's own stamp, in the log and on the console. */
const KERNEL = /^(?:kern\.\w+ kernel: )?(\[ *(\d+\.\d+)\] .*)$/s;

/** Every line of the router, in the order in which it was recorded, with its boot and what is known of its time. */
export function heardOf(events: readonly TimelineEvent[], boots: readonly Boot[]): Heard[] {
  const heard: Heard[] = [];
  const lastOf = new Map<number, Ms>();
  for (const event of events) {
    const way = WAYS[event.source];
    const line = (event.data as { readonly line?: unknown } | undefined)?.line;
    if (way === undefined || event.kind !== 'line' || typeof line !== 'string') continue;
    const boot = bootOf(event, way, line, boots, lastOf);
    if (way !== 'console') lastOf.set(boot, event.at);
    heard.push({ way, seq: event.seq, line, boot, ...read(event, way, line, boots[boot - 1]) });
  }
  return heard;
}

/** The ring is that of the boot that was asked; anything else is of the boot in which it came. */
function bootOf(
  { seq, at }: TimelineEvent,
  way: Way,
  line: string,
  boots: readonly Boot[],
  lastOf: ReadonlyMap<number, Ms>,
): number {
  const isOf = way === 'logread' ? (b: Boot) => b.seq < seq : (b: Boot) => b.start.earliest <= at;
  const found = boots.findLastIndex(isOf) + 1;
  const boot = boots[found - 1];
  if (way !== 'console' || !boot || boots.length === found) return found;
  // A boot loader speaks between two boots; a kernel that goes down says by its stamp that it is still the old one.
  const uptime = KERNEL.exec(line)?.[2];
  const own = uptime !== undefined && Math.abs(boot.start.latest + Number(uptime) * 1_000 - at) < OLD_KERNEL;
  return own || at <= (lastOf.get(found) ?? Infinity) ? found : found + 0.5;
}

const OLD_KERNEL: Ms = 5_000;

function read(
  { at }: TimelineEvent,
  way: Way,
  line: string,
  boot: Boot | undefined,
): { readonly key: string; readonly time: Span } {
  const parsed = way === 'console' ? undefined : (LOGREAD.exec(line) ?? SYSLOG.exec(line));
  const message = parsed?.at(-1) ?? line;
  const kernel = KERNEL.exec(message);
  const key = kernel?.[1] ?? (parsed ? `${parsed[1]} ${parsed[2]} ${message}` : `${way} ${line}`);
  const arrival = { earliest: boot?.start.earliest ?? -Infinity, latest: at };
  if (!boot) return { key, time: arrival };
  const told = [kernel ? byUptime(Number(kernel[2]) * 1_000, boot) : undefined, byCalendar(parsed, boot, at)];
  const time = told.reduce<Span>(
    (known, one) => (one && meets(one, arrival) ? both(known, one) : known),
    arrival,
  );
  return { key, time };
}

/** A stamp that is not between the boot and the arrival comes from a clock that was set meanwhile. */
const meets = (one: Span, arrival: Span): boolean =>
  one.earliest <= arrival.latest && one.latest >= arrival.earliest;

/**
 * printk's clock is not that of /proc/uptime: it starts a little apart, nobody corrects it, and in an emulated machine that
 * is busy it was seen to be percents off. So it is believed shortly after a boot, when the calendar is not set yet.
 */
const KERNEL_DRIFT = 0.05;
const KERNEL_APART: Ms = 100;

function byUptime(uptime: Ms, { start }: Boot): Span {
  const off = KERNEL_APART + KERNEL_DRIFT * uptime;
  return { earliest: start.earliest + uptime - off, latest: start.latest + uptime + off };
}

/** The stamps of a log are whole seconds of local time; where they lack a year it is that of the router's clock. */
function byCalendar(parsed: RegExpExecArray | null | undefined, { offset }: Boot, at: Ms): Span | undefined {
  if (!parsed) return undefined;
  const year = parsed.length === 5 ? parsed[3] : new Date(at + offset.earliest).getUTCFullYear();
  const local = Date.parse(`${parsed[1]} ${year} ${parsed[2]} UTC`);
  if (Number.isNaN(local)) return undefined;
  return { earliest: local - offset.latest, latest: local + 1_000 - offset.earliest };
}
