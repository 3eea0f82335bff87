import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  formatBsdMessage,
  formatSyslog,
  logLine,
  parseSyslog,
  type SyslogMessage,
} from '../../../../harness/protocols/syslog/message.ts';
import { priorityByName, priorityName } from '../../../../harness/protocols/syslog/priority.ts';

interface Vector {
  readonly from: string;
  readonly raw: string;
  readonly line: string;
  readonly host?: string;
}
const file = new URL('../../../vectors/syslog/messages.json', import.meta.url);
const { messages } = JSON.parse(readFileSync(file, 'utf8')) as { messages: Vector[] };

const word = fc.stringMatching(/^[A-Za-z_][\w./@+-]{0,20}$/);
const text = fc.string({ maxLength: 80 }).filter((s) => !/^[\s\ufeff]/.test(s));
const clock = {
  month: fc.integer({ min: 1, max: 12 }),
  day: fc.integer({ min: 1, max: 31 }),
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
  second: fc.integer({ min: 0, max: 59 }),
};
const priority = fc.integer({ min: 0, max: 191 });
const host = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.-]{0,20}$/);
const pid = fc.integer({ min: 1, max: 99_999 }).map(String);

describe('syslog messages', () => {
  it.each(messages)('$from', ({ raw, line, host: sender }) => {
    const message = parseSyslog(raw);
    expect(logLine(message)).toBe(line);
    expect(message.host).toBe(sender);
  });

  it('reads back every message of RFC 3164 that it writes', () => {
    const some = fc.record(
      { priority, time: fc.record(clock), host, app: word, process: pid, text },
      { requiredKeys: ['priority', 'time', 'host', 'app', 'text'] },
    );
    fc.assert(
      fc.property(some, (message) => expect(parseSyslog(formatBsdMessage(message))).toEqual(message)),
    );
  });

  it('reads back every message of RFC 5424 that it writes', () => {
    const time = fc.record({
      ...clock,
      year: fc.integer({ min: 1970, max: 9999 }),
      microsecond: fc.integer({ min: 0, max: 999_999 }),
      zone: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    });
    const data = fc
      .tuple(word, word, fc.string({ maxLength: 20 }))
      .map(([id, name, value]) => `[${id} ${name}="${value.replace(/["\\\]]/g, '\\$&')}"]`);
    const some = fc.record(
      { priority, time, host, app: word, process: pid, id: word, data, text },
      { requiredKeys: ['priority', 'text'] },
    ) as fc.Arbitrary<SyslogMessage>;
    fc.assert(fc.property(some, (message) => expect(parseSyslog(formatSyslog(message))).toEqual(message)));
  });

  it('takes any text for a message and loses nothing of what it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        expect(raw.replace('\ufeff', '').endsWith(parseSyslog(raw).text.replace('\ufeff', ''))).toBe(true);
      }),
    );
  });

  it('names every priority, and finds it by its name', () => {
    fc.assert(fc.property(priority, (p) => expect(priorityByName(priorityName(p))).toBe(p)));
    expect(priorityByName('no.where')).toBeUndefined();
  });
});
