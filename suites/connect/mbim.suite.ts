import { minutes, rigTest, seconds } from '../../harness/runner/index.ts';

rigTest(
  'connects over MBIM and reaches the internet',
  {
    requires: ['modem.at', 'modem.mbim'],
    limit: minutes(8),
    parameters: {
      'connect.registrationSeconds': {
        about: 'how long the modem may take to register',
        default: 45,
        unit: 's',
        min: 1,
        max: 600,
      },
      'connect.dialSeconds': {
        about: 'how long from ifup to an address',
        default: 120,
        unit: 's',
        min: 5,
        max: 600,
      },
    },
  },
  async ({ ctx, rig, parameters, procedures, judges }) => {
    const limits = {
      mode: 'mbim',
      registrationMs: seconds(parameters['connect.registrationSeconds']),
      dialMs: seconds(parameters['connect.dialSeconds']),
    } as const;
    return procedures.inMode(ctx, rig, limits.mode, async () =>
      judges.connect(await procedures.climb(ctx, rig, limits)),
    );
  },
);
