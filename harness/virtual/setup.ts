import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { throwIfAborted, type Ctx } from '../core/ctx.ts';
import { minutes, type Ms } from '../core/units.ts';
import { SETUP_HINT, virtualError } from './errors.ts';
import { buildInto, cacheFolder, imageKey, isBeingBuilt, pruneCache } from './cache.ts';
import { buildImage } from './image/build-image.ts';
import type { Found } from './requirements.ts';
import { makeSnapshot } from './snapshot.ts';

/** An image that was built, with its snapshot. */
export interface Image {
  readonly key: string;
  readonly folder: string;
}

/** The image that fits what is installed; undefined where it has to be built first. */
export function findImage(found: Found): Image | undefined {
  const key = imageKey(found);
  const folder = join(cacheFolder(), key);
  return existsSync(folder) ? { key, folder } : undefined;
}

/** @throws HarnessError `virtual.no-image` where nothing was set up, or something has changed since */
export function needImage(found: Found): Image {
  const image = findImage(found);
  if (image) return image;
  throw virtualError('no-image', 'there is no image of the virtual guest that fits this machine', SETUP_HINT);
}

/** What a build takes on a slow machine. */
const BUILD_LIMIT: Ms = minutes(4);

/** Builds the image and its booted snapshot, unless somebody else is at it: what they make serves us too. */
export async function buildGuest(ctx: Ctx, found: Found): Promise<Image> {
  if (isBeingBuilt()) {
    const done = async (): Promise<true | undefined> => (isBeingBuilt() ? undefined : true);
    await ctx.expect('another build of the guest ends', done, BUILD_LIMIT, 500).catch(() => undefined);
    throwIfAborted(ctx.signal);
    const image = findImage(found);
    if (image) return image;
  }
  const key = imageKey(found);
  const folder = await buildInto(key, async (place) => {
    buildImage(place, found.kernel);
    await makeSnapshot(ctx, place, found);
  });
  pruneCache(key, ctx.clock.wall());
  return { key, folder };
}
