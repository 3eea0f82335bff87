import { expect, it } from '@jest/globals';

import { HarnessError } from '../../../harness/core/errors.ts';
import { nameRig } from '../../../harness/lab/name-rig.ts';

const failure = (hint?: string): HarnessError =>
  new HarnessError('it is in use', { code: 'test.busy', blame: 'test', effect: 'none', hint });

it('names the rig in what is to be typed, whatever a shell or a pattern makes of its name', async () => {
  const part = nameRig(
    {
      model: 'x',
      ask: () => Promise.reject(failure('wwanlab shell RIG "kill 7"; wwanlab at RIG ATI')),
      plain: () => Promise.reject(failure()),
      now: (text: string) => text,
    },
    "'$& $1'",
  );
  await expect(part.ask()).rejects.toMatchObject({
    hint: `wwanlab shell '$& $1' "kill 7"; wwanlab at '$& $1' ATI`,
  });
  await expect(part.plain()).rejects.toMatchObject({ message: 'it is in use', hint: undefined });
  expect([part.model, part.now('RIG')]).toEqual(['x', 'RIG']);
});
