import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { boards, firmwares, modems, rigJsonSchema } from '../../../harness/lab/rig-schema.ts';
import { profileById } from '../../../harness/sim/modem/profiles/index.ts';
import { boardById } from '../../../harness/sim/router/boards/index.ts';
import { flavourById } from '../../../harness/sim/router/flavours/index.ts';
import { projectRoot } from '../../support/sources.ts';

describe('the schema of rig files', () => {
  it('is the one that is committed for editors (npm run schema)', () => {
    expect(readFileSync(join(projectRoot, 'rigs', 'rig.schema.json'), 'utf8')).toBe(rigJsonSchema());
  });

  it.each(boards)('offers a board that the simulator has: %s', (id) => {
    expect(boardById(id)).toBeDefined();
  });

  it.each(firmwares)('offers a firmware that the simulator has: %s', (id) => {
    expect(flavourById(id).id).toBe(id);
  });

  it.each(modems)('offers a modem that the simulator has: %s', (id) => {
    expect(profileById(id)).toBeDefined();
  });
});
