import { findRequirements, missingRequirements, packagesOf } from '../../../harness/virtual/requirements.ts';
import { buildGuest, findImage } from '../../../harness/virtual/setup.ts';
import { realCtx } from '../../support/real-ctx.ts';
import type { Figure } from '../figure.ts';
import { benchReady } from './ready.ts';
import { benchWays } from './ways.ts';

/** Real drivers in QEMU around the emulated modem. */
export async function benchVirtual(): Promise<Figure[]> {
  const missing = packagesOf(missingRequirements());
  if (missing.length > 0) {
    process.stderr.write(`the virtual rig is not measured: that needs ${missing.join(', ')}\n`);
    return [];
  }
  const ctx = realCtx();
  const found = findRequirements();
  if (!findImage(found)) await buildGuest(ctx, found);
  return [...(await benchReady(ctx)), ...(await benchWays(ctx))];
}
