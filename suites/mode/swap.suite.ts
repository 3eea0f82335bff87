import { minutes, rigTest } from '../../harness/runner/index.ts';

rigTest(
  'changes from PPP to QMI to MBIM and back, with every driver and node in its place',
  {
    requires: ['modem.at', 'modem.ppp', 'modem.qmi', 'modem.mbim'],
    limit: (parameters) => minutes(5) * (1 + parameters['swap.rounds']),
    parameters: {
      'swap.rounds': {
        about: 'how often to go through all modes',
        default: 1,
        unit: 'rounds',
        min: 1,
        max: 1000,
      },
    },
  },
  async ({ ctx, rig, parameters, procedures, judges }) =>
    procedures.inMode(ctx, rig, 'ppp', async () => {
      const swaps = [];
      for (let round = 0; round < parameters['swap.rounds']; round++) {
        for (const mode of ['qmi', 'mbim', 'qmi', 'ppp'] as const) {
          const swap = await procedures.swapMode(ctx, rig, mode);
          swaps.push(swap);
          if (!swap.ok) return judges.swaps(swaps);
        }
      }
      return judges.swaps(swaps);
    }),
);
