import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { projectRoot } from '../../../../support/sources.ts';
import { bench } from '../bench.ts';

interface Vector {
  readonly command: string;
  readonly lines: readonly string[];
}

function vectorsIn(name: string): Vector[] {
  const text = readFileSync(join(projectRoot, 'test/vectors/at', name), 'utf8');
  return text
    .split(/^> /m)
    .slice(1)
    .map((block) => block.trimEnd().split('\n'))
    .map(([command = '', ...lines]) => ({ command, lines: lines.filter((line) => line !== '') }));
}

/** `<n>` is any number, `<text>` anything. */
function matcher(line: string): RegExp {
  const escaped = line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/<n>/g, '-?[0-9.]+').replace(/<text>/g, '.+')}$`);
}

describe.each([
  ['mc7455', 'sierra-replies.txt'],
  ['em7565', 'sierra-9x50-replies.txt'],
  ['ec25-a', 'quectel-replies.txt'],
] as const)('%s, registered and idle', (model, file) => {
  it.each(vectorsIn(file))('answers $command as the real one', async ({ command, lines }) => {
    const { drive, pass, open } = bench(model);
    const reply = await drive(async () => {
      await pass(5_000);
      return open().at(command);
    });
    expect(reply.final).toBe('OK');
    expect(reply.lines).toHaveLength(lines.length);
    // Blank lines and blanks at the ends do not survive a reader by lines.
    lines.forEach((line, i) => expect(reply.lines[i]).toMatch(matcher(line.trim())));
  });
});
