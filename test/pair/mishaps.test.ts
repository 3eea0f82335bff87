import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../harness/core/ctx.ts';
import type { TimelineEvent } from '../../harness/core/timeline.ts';
import { diagnoseTimeline } from '../../harness/diagnosis/index.ts';
import type { EmulatedRig } from '../../harness/lab/assemble.ts';
import { openSimRig } from '../../harness/lab/open-sim.ts';
import { openRigIn } from '../../harness/lab/open-virtual.ts';
import type { SimRigFile, VirtualRigFile } from '../../harness/lab/rig-file.ts';
import type { Finding } from '../../harness/verdict/verdict.ts';
import { testCtx } from '../support/ctx.ts';
import { mishaps, recover, rigFor, suffer, type Mishap } from '../support/mishaps.ts';
import { recordedRealCtx } from '../support/real-ctx.ts';
import { missingForGuest, sharedGuest } from '../support/guest.ts';

/** Suite and diagnosis, as a person would have them. */
function told(finding: Finding, events: readonly TimelineEvent[]): unknown {
  const { causes } = diagnoseTimeline(events);
  const [first] = causes;
  return {
    outcome: finding.outcome,
    rung: finding.rung,
    fault: first?.fault,
    says: [first?.title, ...(first?.causes ?? []).map(({ title }) => title)].join('; '),
    message: finding.message,
  };
}

function expected({ missed }: Mishap): object {
  if (!missed) return { outcome: 'pass', fault: undefined };
  const { rung, fault, says } = missed;
  return { outcome: 'fail', rung, fault, says: expect.stringMatching(says) as unknown };
}

interface Recorded {
  readonly ctx: Ctx;
  events(): readonly TimelineEvent[];
}

async function ended({ ctx, events }: Recorded, rig: EmulatedRig, mishap: Mishap): Promise<Finding> {
  const { missed } = mishap;
  const named = async (): Promise<true | undefined> =>
    diagnoseTimeline(events()).causes[0]?.fault === missed?.fault || undefined;
  try {
    const finding = await suffer(ctx, rig, mishap);
    // On a slow machine the router goes on with its dial after the climb, and is told why it fails only then.
    await ctx.expect('the log has its cause', named, 120_000).catch(() => undefined); // what is amiss is compared
    return finding;
  } finally {
    await recover(ctx, rig);
    await rig.close();
  }
}

describe('on a simulated rig', () => {
  it.each(mishaps)('$title', async (mishap) => {
    const { drive, events } = testCtx();
    const finding = await drive(async (ctx) =>
      ended({ ctx, events }, await openSimRig(ctx, rigFor('sim', mishap) as SimRigFile), mishap),
    );
    expect(told(finding, events())).toMatchObject(expected(mishap));
  });
});

describe('on a virtual rig: an unmodified kernel, pppd, qmicli', () => {
  const guest = sharedGuest();
  const tried = mishaps.filter(({ alike }) => !alike || process.env['WWANLAB_MISHAPS'] === 'all');
  const inGuest = missingForGuest === undefined ? it : it.skip;
  inGuest.each(tried)(`$title${missingForGuest ?? ''}`, async (mishap) => {
    const { ctx, events } = recordedRealCtx();
    const file = rigFor('virtual', mishap) as VirtualRigFile;
    const finding = await ended({ ctx, events }, await openRigIn(ctx, file, guest()), mishap);
    expect(told(finding, events())).toMatchObject(expected(mishap));
  });
});
