import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { readLog } from '../../../harness/diagnosis/index.ts';
import { diagnosed } from '../../support/diagnosed.ts';

/** One line of logread, taken apart. */
interface Parts {
  readonly month: string;
  readonly day: string;
  readonly time: string;
  readonly year: string;
  readonly facility: string;
  readonly level: string;
  /** `netifd`, `pppd[1234]` */
  readonly tag: string;
  readonly text: string;
}

const LOGREAD =
  /^\w{3} (?<month>\w{3}) +(?<day>\d+) (?<time>[\d:]{8}) (?<year>\d{4}) (?<facility>\w+)\.(?<level>\w+) (?<tag>[^:\s]+): (?<text>.*)$/;

const logread = (p: Parts): string =>
  `Sun ${p.month} ${pad(p.day, ' ')} ${p.time} ${p.year} ${p.facility}.${p.level} ${p.tag}: ${p.text}`;
const pad = (day: string, fill: string): string => day.padStart(2, fill);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const iso = ({ year, month, day, time }: Parts): string =>
  `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${pad(day, '0')}T${time}`;
const withPid = (tag: string): string => (tag.includes('[') ? tag : `${tag}[1409]`);

/** How the same message reads elsewhere: other options of logread, LuCI, other syslog daemons, journald. */
const FORMS: Readonly<Record<string, (p: Parts) => string>> = {
  'a pid for every program': (p) =>
    `Sun ${p.month} ${pad(p.day, ' ')} ${p.time} ${p.year} ${p.facility}.${p.level} ${p.tag === 'kernel' ? p.tag : withPid(p.tag)}: ${p.text}`,
  'logread -t': (p) =>
    `Sun ${p.month} ${pad(p.day, ' ')} ${p.time} ${p.year} [1736064000.123] ${p.facility}.${p.level} ${p.tag}: ${p.text}`,
  "LuCI's page of 24.10": (p) =>
    `[${p.month} ${p.day}, ${p.year}, ${p.time} GMT+1] ${p.facility}.${p.level}: ${p.tag}: ${p.text}`,
  "LuCI's page with twelve hours": (p) =>
    `[${p.month} ${p.day}, ${p.year}, ${Number(p.time.slice(0, 2)) % 12 || 12}${p.time.slice(2)} ${Number(p.time.slice(0, 2)) < 12 ? 'AM' : 'PM'} GMT+1] ${p.facility}.${p.level}: ${p.tag}: ${p.text}`,
  'RFC 3164 with a host': (p) => `${p.month} ${pad(p.day, ' ')} ${p.time} OpenWrt ${p.tag}: ${p.text}`,
  'BusyBox syslogd': (p) =>
    `${p.month} ${pad(p.day, ' ')} ${p.time} OpenWrt ${p.facility}.${p.level} ${p.tag}: ${p.text}`,
  'RFC 5424': (p) => {
    const [, name = p.tag, pid = '-'] = /^(.*?)\[(\d+)\]$/.exec(p.tag) ?? [];
    return `<30>1 ${iso(p)}.000Z OpenWrt ${name} ${pid} - - ${p.text}`;
  },
  'rsyslog with ISO stamps': (p) => `${iso(p)}.123456+01:00 OpenWrt ${p.tag}: ${p.text}`,
  'journald, precise': (p) =>
    `${p.month} ${pad(p.day, '0')} ${p.time}.123456 router ${p.tag === 'kernel' ? p.tag : withPid(p.tag)}: ${p.text}`,
  'router.log of a run': (p) => `     8.354 line ${logread(p)}`,
  'merged.log of a run': (p) => `    28.353    -1.343 boot 1 LS- ${logread(p)}`,
  'stamps cut off': (p) => `${p.facility}.${p.level} ${p.tag}: ${p.text}`,
  'stamps and facilities cut off': (p) => `${p.tag}: ${p.text}`,
};

const FOLDER = 'test/vectors/logs';
const logs = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.log'))
  .map((name) => ({ name, log: readFileSync(`${FOLDER}/${name}`, 'utf8').split('\n-----\n')[1] ?? '' }))
  .filter(({ log }) => log.split('\n').some((line) => LOGREAD.test(line)));

function rewrite(log: string, form: (p: Parts) => string): string {
  return log
    .split('\n')
    .map((line) => {
      const groups = LOGREAD.exec(line)?.groups;
      return groups ? form(groups as unknown as Parts) : line;
    })
    .join('\n');
}

describe.each(logs)('$name says the same', ({ log }) => {
  const { subject, rung, faults, abstains, causes } = diagnosed(log);
  it.each(Object.keys(FORMS))('as written by %s', (name) => {
    const d = diagnosed(rewrite(log, FORMS[name] as (p: Parts) => string));
    expect(d).toMatchObject({ subject, rung, faults, abstains });
    expect(d.causes.map((cause) => cause.evidence)).toEqual(causes.map((cause) => cause.evidence));
  });
});

describe('what stands before a line of the kernel', () => {
  it.each([
    ['dmesg', '[   12.345678] '],
    ['dmesg of a console', '<6>[   12.345678] '],
    ['dmesg with the caller', '[   12.345678][  T123] '],
    ['dmesg -x', 'kern  :info  : [   12.345678] '],
    ['dmesg -d', '[   12.345678 <    0.000010>] '],
    ['dmesg -e', '[Nov29 10:00] '],
    ['dmesg -e, the next line', '[  +0.000123] '],
    ['dmesg -T', '[Sun Nov 29 10:00:00 2026] '],
    ['dmesg --time-format iso', '2026-11-29T10:00:00,123456+01:00 '],
    ['logread', 'Sun Nov 29 10:00:00 2026 kern.info kernel: [   12.345678] '],
    ['logread -t', 'Sun Nov 29 10:00:00 2026 [1795946400.123] kern.info kernel: [   12.345678] '],
    ['LuCI', '[Nov 29, 2026, 10:00:00 AM GMT+1] kern.info: kernel: [   12.345678] '],
    ['LuCI in Britain', '[29 Nov 2026, 10:00:00 GMT] kern.info: kernel: [   12.345678] '],
    ['LuCI in Germany', '[29.11.2026, 10:00:00 MEZ] kern.info: kernel: [   12.345678] '],
    ['RFC 5424', '<6>1 2026-11-29T10:00:00Z OpenWrt kernel - - - [   12.345678] '],
    ['journald', 'Nov 29 10:00:00 router kernel: '],
    ['nothing', ''],
  ])('%s', (_name, prefix) => {
    const d = diagnosed(
      `${prefix}usb 1-1: device descriptor read/64, error -71\n${prefix}usb 1-1: device not accepting address 5, error -71`,
    );
    expect(d.faults).toEqual(['F18']);
    expect(d.causes[0]?.evidence).toEqual([1, 2]);
  });
});

describe('the clock in a prefix', () => {
  it.each([
    ['LuCI', '[Nov 29, 2026, 11:59:59 AM GMT+1]', '[Nov 29, 2026, 12:00:01 PM GMT+1]'],
    ['LuCI over midnight', '[29 Nov 2026, 23:59:59 GMT]', '[30 Nov 2026, 00:00:01 GMT]'],
    ['LuCI in Germany', '[29.11.2026, 10:00:00 MEZ]', '[29.11.2026, 10:00:02 MEZ]'],
  ])('%s', (_name, first, second) => {
    const [a, b] = readLog(`${first} daemon.info: pppd[1]: Exit.\n${second} daemon.info: pppd[1]: Exit.`);
    expect(a).toMatchObject({ process: 'pppd', text: 'Exit.' });
    expect((b?.timeMs ?? 0) - (a?.timeMs ?? 0)).toBe(2_000);
  });

  it("reads Quectel's connection manager and a terminal that shows line ends", () => {
    const [a, b, c] = readLog(
      '[12-03_13:06:13:452] requestQueryDataCall err = 110\n[12-03_13:06:28:470] a\n2014/11/17 11:18:25.600 - In:+CME ERROR: 10<0D>',
    );
    expect(a?.text).toBe('requestQueryDataCall err = 110');
    expect((b?.timeMs ?? 0) - (a?.timeMs ?? 0)).toBe(15_000);
    expect(c?.text).toBe('+CME ERROR: 10');
  });
});
