import { connectParameters, minutes, rigTest, seconds } from '../../harness/runner/index.ts';

rigTest(
  'connects over ECM and reaches the internet',
  {
    requires: ['modem.at', 'modem.ecm'],
    limit: minutes(8),
    parameters: {
      ...connectParameters,
      'connect.dialSeconds': { ...connectParameters['connect.dialSeconds'], default: 60 },
    },
  },
  async ({ ctx, rig, parameters, procedures, judges }) => {
    const limits = {
      mode: 'ecm',
      registrationMs: seconds(parameters['connect.registrationSeconds']),
      dialMs: seconds(parameters['connect.dialSeconds']),
    } as const;
    return procedures.inMode(ctx, rig, limits.mode, async () =>
      judges.connect(await procedures.climb(ctx, rig, limits)),
    );
  },
);
