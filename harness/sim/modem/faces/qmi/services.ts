import { createDms } from './dms/index.ts';
import type { QmiService } from './handler.ts';
import { createLoc } from './loc.ts';
import { createNas } from './nas/index.ts';
import { createPdc } from './pdc.ts';
import type { QmiServiceParts } from './service-parts.ts';
import { bareServices, createDsd, createPbm, createQos, createSar } from './small-services.ts';
import { createUim } from './uim/index.ts';
import { createVoice } from './voice.ts';
import { createWda } from './wda.ts';
import { createWds } from './wds/index.ts';
import { createWms } from './wms/index.ts';

/**
 * The services besides CTL, with versions as modems of MDM9x07 and MDM9x30 list them (a Quectel's in
 * github.com/sixfab/rpiShields issue 7, a Sierra's in 4IceG/luci-app-modemband issue 4).
 */
export function createQmiServices(parts: QmiServiceParts): readonly QmiService[] {
  const all = [
    createWds(parts),
    createDms(parts),
    createNas(parts),
    createQos(),
    createWms(),
    createVoice(parts),
    createUim(parts),
    createPbm(),
    createLoc(parts),
    createSar(),
    createWda(parts.dataPath),
    createPdc(parts),
    createDsd(),
    ...bareServices,
  ];
  const { services } = parts.profile.qmi ?? {};
  return services ? all.filter(({ service }) => services.includes(service)) : all;
}
