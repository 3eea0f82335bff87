import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { quectelQuestions } from '../../../../harness/drivers/modem/families/quectel-readings.ts';
import { sierraQuestions } from '../../../../harness/drivers/modem/families/sierra-readings.ts';
import { askReadings } from '../../../../harness/drivers/modem/readings.ts';
import { createAtReplyReader } from '../../../../harness/protocols/at/reply-reader.ts';
import { projectRoot } from '../../../support/sources.ts';

interface Vector {
  readonly command: string;
  readonly reply: string;
  readonly told: unknown;
}

const vectors = readFileSync(join(projectRoot, 'test/vectors/at/modem-readings.txt'), 'utf8')
  .split(/^> /m)
  .slice(1)
  .map((block): Vector => {
    const [, command = '', reply = '', told = ''] = /^(.*)\n([^]*?)^= (.*)$/m.exec(block) ?? [];
    return { command, reply, told: JSON.parse(told) };
  });

const questions = [...sierraQuestions, ...quectelQuestions];

describe('what real modems tell', () => {
  it.each(vectors)('$command is read as $told', ({ command, reply, told }) => {
    const { lines } = createAtReplyReader(command).push(`${reply}\r\nOK\r\n`) ?? {};
    expect(questions.find((question) => question.command === command)?.read(lines ?? [])).toEqual(told);
  });

  it('is in a vector for every question but the supply of an EC25', () => {
    const shown = new Set(vectors.map(({ command }) => command));
    expect(questions.map(({ command }) => command).filter((command) => !shown.has(command))).toEqual([
      'AT+CBC',
    ]);
  });

  it('is put together; what one modem refuses or does not know yet, is left out', async () => {
    const replies: Readonly<Record<string, readonly string[]>> = {
      'AT+CSQ': ['+CSQ: 25,99'],
      'AT+COPS?': ['+COPS: 0,0,"NOS",7'],
      'AT+QCSQ': ['+QCSQ: "NOSERVICE"'],
      'AT+CBC': ['+CBC: 0,0,3803'],
      'AT+QTEMP': ['+QTEMP: 255,255,255'],
    };
    const asked = await askReadings((command) => {
      const lines = replies[command];
      return Promise.resolve({ command, ok: !!lines, lines: lines ?? [], final: lines ? 'OK' : 'ERROR' });
    }, quectelQuestions);
    expect(asked).toEqual({ operator: 'NOS', supplyMv: 3803, signal: { rssiDbm: -63 } });
  });
});
