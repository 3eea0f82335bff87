import { minutes, rigTest, seconds } from '../../harness/runner/index.ts';

rigTest(
  'connects over PPP and reaches the internet',
  {
    requires: ['modem.at', 'modem.ppp'],
    limit: minutes(5),
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
    const climb = await procedures.climb(ctx, rig, {
      registrationMs: seconds(parameters['connect.registrationSeconds']),
      dialMs: seconds(parameters['connect.dialSeconds']),
    });
    return judges.connect(climb);
  },
);
