import { connectParameters, minutes, rigTest, seconds } from '../../harness/runner/index.ts';

rigTest(
  'connects over PPP and reaches the internet',
  {
    requires: ['modem.ppp'],
    limit: minutes(8),
    parameters: connectParameters,
  },
  async ({ ctx, rig, parameters, procedures, judges }) => {
    const limits = {
      mode: 'ppp',
      registrationMs: seconds(parameters['connect.registrationSeconds']),
      dialMs: seconds(parameters['connect.dialSeconds']),
    } as const;
    const connect = async () => judges.connect(await procedures.climb(ctx, rig, limits));
    // A router that dials so already is left as its user set it, and a modem that is dead is a rung, not an error.
    const already = (await procedures.configuredMode(ctx, rig)) === limits.mode;
    return already ? connect() : procedures.inMode(ctx, rig, limits.mode, connect);
  },
);
