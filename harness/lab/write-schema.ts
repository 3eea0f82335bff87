import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from './places.ts';
import { rigJsonSchema } from './rig-schema.ts';

/** `npm run schema`: writes what editors complete rig files with. A test checks that it is up to date. */
writeFileSync(join(packageRoot(), 'rigs', 'rig.schema.json'), rigJsonSchema());
