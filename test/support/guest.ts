import { afterAll, beforeAll, it } from '@jest/globals';

import { startGuest, type Guest } from '../../harness/virtual/guest.ts';
import { findRequirements, missingRequirements, packagesOf } from '../../harness/virtual/requirements.ts';
import { buildGuest, findImage } from '../../harness/virtual/setup.ts';
import { realCtx } from './real-ctx.ts';

const missing = packagesOf(missingRequirements());

/** What this machine lacks for a virtual guest, as the end of a skipped test's title; undefined: nothing. */
export const missingForGuest =
  missing.length === 0 ? undefined : ` (skipped: needs the packages ${missing.join(', ')})`;

/** `it` where a guest can run; elsewhere the test is skipped, and its title says what is missing. */
export function itInGuest(title: string, body: () => Promise<void>, limit?: number): void {
  const skipped = it.skip;
  if (missingForGuest === undefined) it(title, body, limit);
  else skipped(title + missingForGuest, body);
}

/** The same for tests that take minutes: only where this environment variable is set. */
export function longTestInGuest(variable: string): typeof itInGuest {
  if (process.env[variable] !== undefined) return itInGuest;
  const skipped = it.skip;
  return (title, body) => skipped(`${title} (skipped: needs ${variable})`, body);
}

/** For beforeAll: builds the guest's image where there is none yet, which takes minutes. */
export async function ensureGuest(): Promise<void> {
  if (missingForGuest !== undefined) return;
  const found = findRequirements();
  if (!findImage(found)) await buildGuest(realCtx(), found);
}

/**
 * One guest for all tests of the present `describe`: started before the first of them where one can run, closed after
 * the last.
 */
export function sharedGuest(): () => Guest {
  let guest: Guest | undefined;
  beforeAll(async () => {
    if (missingForGuest !== undefined) return;
    await ensureGuest();
    guest = await startGuest(realCtx(), 'guest');
  });
  afterAll(() => guest?.close());
  return () => {
    if (!guest) throw new Error('the guest was not started');
    return guest;
  };
}
