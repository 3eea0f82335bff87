import { connectParameters, minutes, rigTest, seconds } from '../../harness/runner/index.ts';

rigTest(
  'connects over PPP and reaches the internet',
  {
    requires: ['modem.at', 'modem.ppp'],
    limit: minutes(5),
    parameters: connectParameters,
  },
  async ({ ctx, rig, parameters, procedures, judges }) => {
    const climb = await procedures.climb(ctx, rig, {
      registrationMs: seconds(parameters['connect.registrationSeconds']),
      dialMs: seconds(parameters['connect.dialSeconds']),
    });
    return judges.connect(climb);
  },
);
