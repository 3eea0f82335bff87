import { describe, expect, it } from '@jest/globals';

import { createProgress } from '../../../harness/cli/progress.ts';
import { noColours } from '../../../harness/report/text.ts';

const test = { suite: 'connect/ppp', title: 'connects', repetition: 1 };

function record(columns: number | undefined): string {
  let text = '';
  const view = createProgress({ write: (part) => (text += part), columns, palette: noColours });
  view.say('Running 1 rig x 1 suite, seed 1');
  view.rig('sim-a');
  view.take({ type: 'test.begin', ...test });
  view.take({ type: 'step', text: 'waiting for an address '.repeat(9) });
  view.take({ type: 'test.end', ...test, outcome: 'fail', message: 'no carrier\nmore', rung: 'S7' });
  view.end();
  return text;
}

describe('progress', () => {
  it('is plain lines in a pipe, steps left out', () => {
    expect(record(undefined)).toBe(
      'Running 1 rig x 1 suite, seed 1\nsim-a connect/ppp: begins\nsim-a connect/ppp: fail, S7: no carrier\n',
    );
  });

  it('is one live line on a terminal, which fits it and is gone at the end', () => {
    const text = record(40);
    const [last = ''] = text.split('\n').slice(-2);
    expect(last.split('\u001b[K').at(-1)).toBe('sim-a connect/ppp: fail, S7: no carrier');
    for (const shown of text.split(/\r\u001b\[K|\n/).slice(1, -2)) expect(shown.length).toBeLessThan(40);
    expect(text).toContain('sim-a connect/ppp: waiting for an');
  });
});
