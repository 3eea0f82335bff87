import { createDms } from './dms/index.ts';
import type { QmiService } from './handler.ts';
import { createNas } from './nas/index.ts';
import type { QmiServiceParts } from './service-parts.ts';
import { createUim } from './uim/index.ts';
import { createWda } from './wda.ts';
import { createWds } from './wds/index.ts';
import { createWms } from './wms/index.ts';

/** The services besides CTL. */
export function createQmiServices(parts: QmiServiceParts): readonly QmiService[] {
  return [
    createWds(parts),
    createDms(parts),
    createNas(parts),
    createUim(),
    createWda(parts.dataPath),
    createWms(),
  ];
}
