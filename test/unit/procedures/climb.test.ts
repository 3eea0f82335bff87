import { describe, expect, it } from '@jest/globals';

import { climb, connect } from '../../../harness/procedures/climb.ts';
import { testCtx } from '../../support/ctx.ts';
import { ec25, scriptedRig, type Script } from '../../support/scripted-rig.ts';

const limits = { registrationMs: 10_000, dialMs: 30_000 };

async function climbed(
  overrides: Partial<Script>,
): Promise<{ rung: string | undefined; seen: string | undefined }> {
  const { drive } = testCtx();
  const { rig } = scriptedRig(overrides);
  const { firstMissed } = await drive((ctx) => climb(ctx, rig, limits));
  return { rung: firstMissed?.rung, seen: firstMissed?.seen };
}

describe('the climb', () => {
  it('reaches S9 on a good rig and says how long it took', async () => {
    const { drive, events } = testCtx();
    const { rig } = scriptedRig();
    const result = await drive((ctx) => climb(ctx, rig, limits));
    expect(result.rungs.map((r) => r.rung)).toEqual([
      'S0',
      'S1',
      'S2',
      'S3',
      'S4',
      'S5',
      'S6',
      'S7',
      'S8',
      'S9',
    ]);
    expect(result.firstMissed).toBeUndefined();
    expect(result.timeToConnectMs).toBeGreaterThanOrEqual(0);
    expect(events().filter((e) => e.kind === 'rung')).toHaveLength(10);
  });

  it.each<[string, Partial<Script>, RegExp]>([
    ['S1', { usb: [] }, /no 2c7c:0125 on USB; found nothing/],
    ['S2', { usb: [{ ...ec25, interfaces: [{ number: 3, driver: undefined, nodes: [] }] }] }, /\(none\)/],
    ['S4', { sim: 'absent' }, /SIM absent/],
    ['S6', { registration: 'searching' }, /searching after 10 s/],
    ['S6', { registration: 'denied' }, /denied/],
    [
      'S7',
      { onIfup: () => undefined, log: ['x pppd[1]: No response to 5 echo-requests'] },
      /No response to 5/,
    ],
    ['S9', { answersPing: false }, /0 of 3 pings/],
  ])('stops at %s', async (rung, overrides, seen) => {
    const missed = await climbed(overrides);
    expect(missed.rung).toBe(rung);
    expect(missed.seen).toMatch(seen);
  });

  it('dials all the same when the modem is at fault, for the log', async () => {
    let dialled = false;
    await climbed({ sim: 'absent', onIfup: () => (dialled = true) });
    expect(dialled).toBe(true);
  });

  it('needs what the mode needs that netifd is set to, and refuses to prove another one', async () => {
    const { drive } = testCtx();
    const { rig } = scriptedRig({ proto: 'qmi' });
    const asked: string[] = [];
    const lacking: typeof rig.router.lacking = (_ctx, { protocol }) => {
      asked.push(protocol);
      return Promise.resolve({ packages: ['uqmi'] });
    };
    const lackingRig = { ...rig, router: { ...rig.router, lacking } };
    await expect(drive((ctx) => climb(ctx, lackingRig, limits))).rejects.toMatchObject({
      code: 'rig.lacks-packages',
    });
    expect(asked).toEqual(['qmi']);
    await expect(drive((ctx) => climb(ctx, lackingRig, { ...limits, mode: 'ppp' }))).rejects.toMatchObject({
      code: 'connect.other-mode',
      message: expect.stringContaining('netifd dials wwan in qmi mode, and ppp is to be tried'),
    });
    expect(asked).toEqual(['qmi']);
  });

  it('blames the device when a stability suite cannot connect', async () => {
    const { drive } = testCtx();
    const { rig } = scriptedRig({ sim: 'absent' });
    await expect(drive((ctx) => connect(ctx, rig, limits))).rejects.toMatchObject({
      code: 'connect.failed',
      blame: 'dut',
      data: { rung: 'S4' },
    });
  });
});
