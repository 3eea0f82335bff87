import { minutes, rigTest } from '../../harness/runner/index.ts';

rigTest(
  'is brought back online by the rung that is meant for what was broken',
  { requires: [], limit: () => minutes(60), parameters: {} },
  async ({ ctx, rig, procedures, judges }) => {
    await procedures.connect(ctx, rig);
    return judges.rescue(await procedures.drillRescue(ctx, rig));
  },
);
