import { minutes, rigTest, seconds } from '../../harness/runner/index.ts';

rigTest(
  'holds its link through firewall reloads',
  {
    requires: ['router.firewall'],
    limit: (parameters) =>
      minutes(10) +
      2 *
        parameters['reload.windows'] *
        seconds(parameters['reload.settleSeconds'] + parameters['reload.windowSeconds'] + 180),
    parameters: {
      'reload.windows': {
        about: 'reloads to try; as many windows again are a sham',
        default: 20,
        unit: 'windows',
        min: 1,
        max: 1000,
      },
      'reload.settleSeconds': {
        about: 'how long the link is left alone before each reload',
        default: 30,
        unit: 's',
        min: 0,
        max: 3600,
      },
      'reload.windowSeconds': {
        about: 'how long it is watched after each',
        default: 60,
        unit: 's',
        min: 5,
        max: 3600,
      },
    },
  },
  async ({ ctx, rig, parameters, procedures, judges }) => {
    await procedures.connect(ctx, rig);
    const trial = await procedures.runTrial(ctx, rig, {
      windows: parameters['reload.windows'],
      settleMs: seconds(parameters['reload.settleSeconds']),
      windowMs: seconds(parameters['reload.windowSeconds']),
      reconnectMs: seconds(90),
      disturb: (c, r) => r.router.reloadFirewall(c),
    });
    return judges.trial(trial);
  },
);
