import type { LogLine } from '../log.ts';
import { cleanLine } from './clean.ts';
import { decodeLog } from './decode.ts';
import { isOwnRecord } from './own-record.ts';
import { parsePrefix } from './prefix.ts';

/**
 * Reads a log in any of the forms in which people paste it: logread, dmesg, journald, RFC 3164, ROOter's modlog, a
 * Windows syslog receiver, AT consoles, with or without prose around it. Every line of the text gives one LogLine.
 * @throws HarnessError `diagnose.empty`, `diagnose.not-text`.
 */
export function readLog(input: Uint8Array | string): LogLine[] {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const text = decodeLog(bytes);
  const originals = text.split(/\r\n|\n|\r/);
  const clean = withoutBullets(
    withoutBullets(originals.map((line) => (isOwnRecord(line) ? '' : cleanLine(line)))),
  );
  return mend(
    clean.map((line, i) => ({ number: i + 1, original: originals[i] ?? '', ...parsePrefix(line) })),
  );
}

const BULLET = /^\s*(?:([-*•])|\d+[.):])\s+(?=\S)/;
/** So many lines in a row with a bullet are a list made of a log, not prose with a list in it. */
const RUN = 4;

/** Takes the bullets or line numbers off that pastebins put in front of every line. */
function withoutBullets(lines: readonly string[]): string[] {
  const out = [...lines];
  let run: number[] = [];
  const flush = (): void => {
    if (run.length >= RUN) for (const i of run) out[i] = (out[i] ?? '').replace(BULLET, '');
    run = [];
  };
  lines.forEach((line, i) => {
    if (BULLET.test(line)) run.push(i);
    else if (!/^\s*(?:[-*•]|\d+[.):])?\s*$/.test(line)) flush();
  });
  flush();
  return out;
}

/**
 * Joins what was torn apart: Markdown reads `*99***1#` as emphasis and leaves `ATD`, `99`, `**1#` on three lines or
 * `ATD991#` on one; long messages are folded with a backslash. The first line gets the whole text.
 */
function mend(lines: readonly LogLine[]): LogLine[] {
  const out = lines.map((line) =>
    DIAL.test(line.text) ? withText(line, line.text.replace(DIAL, DIALLED)) : line,
  );
  for (let i = 0; i < out.length; i++) {
    const [line, next, third] = [out[i] as LogLine, out[i + 1], out[i + 2]];
    if (
      next &&
      /\bATD$/.test(line.text) &&
      /^\*?99\**$/.test(next.text) &&
      third &&
      /^\**\d#/.test(third.text)
    ) {
      const tail = third.text.replace(/^\**/, '***');
      out[i] = withText(line, `${line.text}*99${tail}`);
      out[i + 1] = withText(next, '');
      out[i + 2] = withText(third, '');
    } else if (next && line.text.endsWith('\\') && line.text.length > 1) {
      out[i] = withText(line, `${line.text.slice(0, -1).trimEnd()} ${next.text.trimStart()}`);
      out[i + 1] = withText(next, '');
    }
  }
  return out;
}

const DIAL = /\bATD\*?99\**1#/;
const DIALLED = 'ATD*99***1#';

function withText(line: LogLine, text: string): LogLine {
  return { ...line, text };
}
