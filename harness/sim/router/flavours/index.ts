import { HarnessError } from '../../../core/errors.ts';
import type { Flavour } from '../flavour.ts';
import { glinet2018 } from './glinet-2018.ts';
import { openwrt2512 } from './openwrt-25.12.ts';
import { openwrt2512Umbim, openwrt2512Uqmi } from './openwrt-25.12-bare.ts';
import { rooter2019 } from './rooter-2019.ts';

/** All firmwares by id. */
export const flavours: Readonly<Record<string, Flavour>> = Object.fromEntries(
  [glinet2018, rooter2019, openwrt2512, openwrt2512Uqmi, openwrt2512Umbim].map((flavour) => [
    flavour.id,
    flavour,
  ]),
);

/** @throws `sim.unknown-flavour` */
export function flavourById(id: string): Flavour {
  const flavour = flavours[id];
  if (flavour) return flavour;
  throw new HarnessError(`no simulated firmware is called "${id}"`, {
    code: 'sim.unknown-flavour',
    blame: 'test',
    effect: 'none',
    hint: `known firmwares: ${Object.keys(flavours).join(', ')}`,
  });
}
