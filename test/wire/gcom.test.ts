import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from '@jest/globals';
import { atScript } from '../../harness/drivers/modem/gcom-script.ts';
import { createAtReplyReader } from '../../harness/protocols/at/reply-reader.ts';
import { itWith } from '../support/it-with.ts';
import { openPty } from '../support/pty.ts';

const withComgt = itWith('comgt', 'python3');

/** Runs the script with the real comgt against a terminal that answers `reply`, in small pieces, echo first. */
async function ask(
  command: string,
  reply: string,
  { again = false, seconds = 60 } = {},
): Promise<{ exitCode: number; output: string; heard: string }> {
  const pty = await openPty();
  const folder = mkdtempSync(join(tmpdir(), 'wwanlab-gcom-'));
  const script = join(folder, 'at.gcom');
  writeFileSync(script, atScript);
  let heard = '';
  pty.onText((text) => {
    // However many of them come at once.
    for (const character of text) {
      heard += character;
      if (heard.endsWith('=?\r')) pty.send('\r\r\nERROR\r\n');
      else pty.send(character === '\r' ? `\r${reply}` : character);
    }
  });
  const env = { ...process.env, COMMAND: command, WAIT: String(seconds), AGAIN: again ? '1' : '0' };
  const result = await new Promise<{ exitCode: number; output: string }>((resolve) => {
    execFile('comgt', ['-d', pty.path, '-s', script], { env }, (error, output) =>
      resolve({ exitCode: error ? Number(error.code) : 0, output }),
    );
  });
  await pty.unplug();
  rmSync(folder, { recursive: true });
  return { ...result, heard };
}

describe('the script for comgt', () => {
  withComgt('prints a reply and ends at its final result code', async () => {
    const { exitCode, output } = await ask('AT+CPIN?', '\r\n+CPIN: READY\r\n\r\nOK\r\n');
    expect(exitCode).toBe(0);
    expect(createAtReplyReader('AT+CPIN?').push(`${output}\n`)).toEqual({
      command: 'AT+CPIN?',
      ok: true,
      lines: ['+CPIN: READY'],
      final: 'OK',
    });
  });

  withComgt('ends at an error of the mobile equipment, not at information that looks like one', async () => {
    const failed = await ask('AT+CPIN?', '\r\n+CME ERROR: SIM not inserted\r\n');
    expect(failed.exitCode).toBe(0);
    expect(createAtReplyReader('AT+CPIN?').push(`${failed.output}\n`)?.final).toBe(
      '+CME ERROR: SIM not inserted',
    );
    const level = await ask('AT+CMEE?', '\r\n+CMEE: 2\r\n\r\nOK\r\n');
    expect(createAtReplyReader('AT+CMEE?').push(`${level.output}\n`)?.lines).toEqual(['+CMEE: 2']);
  });

  withComgt('keeps quotes, and lines of every length', async () => {
    const lines = ['A', 'AB', 'ABC', 'ABCD', 'ABCDEFGHIJKL', 'x'.repeat(300)];
    const { exitCode, output } = await ask('AT!X="A710",1', `\r\n${lines.join('\r\n')}\r\n\r\nOK\r\n`);
    expect(exitCode).toBe(0);
    expect(createAtReplyReader('AT!X="A710",1').push(`${output}\n`)?.lines).toEqual(lines);
  });

  withComgt('makes an error of a command that was sent in part, before it sends the next one', async () => {
    const { heard, output } = await ask('AT+CSQ', '\r\n+CSQ: 9,99\r\n\r\nOK\r\n', { again: true });
    expect(heard).toBe('=?\rAT+CSQ\r');
    expect(createAtReplyReader('AT+CSQ').push(`${output}\n`)).toMatchObject({
      ok: true,
      lines: ['+CSQ: 9,99'],
    });
  });

  withComgt('ends with 2 when no final result code comes', async () => {
    expect((await ask('ATI', '\r\nhalf an ans', { seconds: 1 })).exitCode).toBe(2);
  });
});
