import { connectParameters, minutes, rigTest, seconds } from '../../harness/runner/index.ts';

rigTest(
  'connects over QMI and reaches the internet',
  {
    requires: ['modem.qmi'],
    limit: minutes(8),
    parameters: connectParameters,
  },
  async ({ ctx, rig, parameters, procedures, judges }) => {
    const limits = {
      mode: 'qmi',
      registrationMs: seconds(parameters['connect.registrationSeconds']),
      dialMs: seconds(parameters['connect.dialSeconds']),
    } as const;
    return procedures.inMode(ctx, rig, limits.mode, async () =>
      judges.connect(await procedures.climb(ctx, rig, limits)),
    );
  },
);
