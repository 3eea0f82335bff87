import { hours, minutes, rigTest, seconds } from '../../harness/runner/index.ts';

rigTest(
  'keeps its link up for hours',
  {
    requires: [],
    limit: (parameters) => hours(parameters['soak.hours']) + minutes(30),
    parameters: {
      'soak.hours': {
        about: 'how long the link is watched, one probe a second',
        default: 1,
        unit: 'h',
        min: 0.01,
        max: 10_000,
      },
    },
  },
  async ({ ctx, rig, parameters, procedures, judges }) => {
    await procedures.connect(ctx, rig);
    const soak = await procedures.soak(ctx, rig, {
      durationMs: hours(parameters['soak.hours']),
      reconnectMs: seconds(90),
    });
    return judges.soak(soak);
  },
);
