import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { diagnosed } from '../../support/diagnosed.ts';

interface Expected {
  readonly subject: string;
  readonly rung: string | null;
  readonly abstains: boolean;
  readonly faults: readonly string[];
  readonly questions?: readonly string[];
  readonly evidence?: readonly number[];
}

const FOLDER = 'test/vectors/logs';

/** Header lines with SOURCE and EXPECT, a line of dashes, the log as pasted. */
function readVector(name: string): { name: string; expected: Expected; log: string } {
  const [header = '', ...rest] = readFileSync(`${FOLDER}/${name}`, 'utf8').split('\n-----\n');
  const expected = JSON.parse(/^# EXPECT: (.*)$/m.exec(header)?.[1] ?? 'null') as Expected;
  return { name, expected, log: rest.join('\n-----\n') };
}

const vectors = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.log'))
  .sort()
  .map(readVector);

describe('whole logs', () => {
  it.each(vectors)('$name', ({ expected, log }) => {
    const d = diagnosed(log);
    const { subject, rung, abstains, faults } = expected;
    expect(d).toMatchObject({ subject, rung, abstains, faults });
    expect(d.questions.map((question) => question.fault)).toEqual(expected.questions ?? []);
    if (expected.evidence) expect(d.causes[0]?.evidence).toEqual(expected.evidence);
  });
});

/** What forums, terminals, mail and editors do to a log. */
const damages: Readonly<Record<string, (log: string) => string | Uint8Array>> = {
  'line ends of Windows': (log) => log.replace(/\n/g, '\r\n'),
  'quoted in a mail': (log) => each(log, (line) => `> ${line}`),
  'typographic quotes and dashes': (log) =>
    log
      .replace(/'([^'\n]*)'/g, '‘$1’')
      .replace(/"([^"\n]*)"/g, '“$1”')
      .replace(/--/g, '–'),
  'HTML entities and breaks': (log) =>
    each(log.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'), (line) => `${line}<br>`),
  'UTF-16 with a mark': (log) => new Uint8Array(Buffer.from(`\ufeff${log}`, 'utf16le')),
  'UTF-16 without one': (log) => new Uint8Array(Buffer.from(log, 'utf16le')),
  'bullets of a pastebin': (log) => each(log, (line) => `- ${line}`),
  'a numbered list': (log) =>
    log
      .split('\n')
      .map((line, i) => `${i + 1}. ${line}`)
      .join('\n'),
  indentation: (log) => each(log, (line) => `    ${line}`),
  colours: (log) => each(log, (line) => `\u001b[32m${line}\u001b[0m`),
};

function each(log: string, change: (line: string) => string): string {
  return log.split('\n').map(change).join('\n');
}

describe.each(vectors)('$name says the same', ({ log }) => {
  const { subject, rung, faults, abstains, causes } = diagnosed(log);
  it.each(Object.keys(damages))('with %s', (name) => {
    const damaged = damages[name]?.(log) ?? '';
    const d = diagnosed(damaged);
    expect(d).toMatchObject({ subject, rung, faults, abstains });
    expect(d.causes.map((cause) => cause.evidence)).toEqual(causes.map((cause) => cause.evidence));
  });

  it('with prose and fences around it, at shifted lines', () => {
    const d = diagnosed(`Hello, can anybody help?\n\n\`\`\`\n${log}\n\`\`\`\n\nThanks!`);
    expect(d).toMatchObject({ subject, rung, faults, abstains });
    expect(d.causes.map((cause) => cause.evidence)).toEqual(
      causes.map((cause) => cause.evidence.map((line) => line + 3)),
    );
  });
});
