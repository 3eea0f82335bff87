import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Ctx } from '../core/ctx.ts';
import { SETUP_HINT, virtualError } from './errors.ts';
import { buildInto, cacheFolder, imageKey, pruneCache } from './cache.ts';
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

/** Builds the image and its booted snapshot, if they are not there. */
export async function buildGuest(ctx: Ctx, found: Found): Promise<Image> {
  const key = imageKey(found);
  const folder = await buildInto(key, async (place) => {
    buildImage(place, found.kernel);
    await makeSnapshot(ctx, place, found);
  });
  pruneCache(key, ctx.clock.wall());
  return { key, folder };
}
