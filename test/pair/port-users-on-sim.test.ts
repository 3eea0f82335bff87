import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../harness/core/ctx.ts';
import type { HarnessError } from '../../harness/core/errors.ts';
import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile, type RigFile } from '../../harness/lab/rig-file.ts';
import { hangUp } from '../../harness/procedures/dial.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { testCtx } from '../support/ctx.ts';

type Holder = 'modemmanager' | 'rooter' | 'terminal';

/** A rig whose router has somebody else at the modem's AT port; its link is down. */
function withHolder(by: Holder, body: (ctx: Ctx, rig: Rig) => Promise<void>): Promise<readonly string[]> {
  const test = testCtx();
  return test.drive(async (ctx) => {
    const file = loadRigFile('rigs/sim-mifi25-mc7455.rig.yaml');
    const rig = await openRig(ctx, { ...file, faults: [{ kind: 'port.held', by }] } as RigFile);
    await hangUp(ctx, rig);
    await body(ctx, rig);
    await rig.close();
    return test
      .events()
      .filter(({ kind }) => /^port\.(?:paused|resumed)$/.test(kind))
      .map(({ kind }) => kind);
  });
}

describe("others at the modem's port", () => {
  it.each([
    ['modemmanager', 'ModemManager'],
    ['rooter', 'getsignal1'],
  ] as const)('%s is paused while the rig is open, and goes on afterwards', async (by, program) => {
    const told = await withHolder(by, async (ctx, rig) => {
      for (let i = 0; i < 5; i++) {
        expect(await rig.modem.identity(ctx)).toMatchObject({ model: 'MC7455' });
        await ctx.clock.sleep(700);
      }
      expect((await rig.router.shell(ctx, `ps w | grep -c '[/]${program}'`)).stdout).toBe('1\n');
    });
    expect(told).toEqual(['port.paused', 'port.resumed']);
  });

  it.each(['modemmanager', 'terminal'] as const)(
    '%s does steal the answers, as long as it is not paused',
    async (by) => {
      await withHolder(by, async (ctx, { router }) => {
        const ask = `printf 'opengt\\n waitquiet 0.3 0.05\\n send "ATI^m"\\n waitfor 3 "OK"\\n if %% = 0 exit 0\\n exit 1\\n' > /tmp/x; gcom -d /dev/ttyUSB2 -s /tmp/x`;
        expect((await router.shell(ctx, ask)).exitCode).toBe(1);
      });
    },
  );

  it('is told by name where nobody knows whether it may be paused; what QMI can tell is asked over QMI', async () => {
    const told = await withHolder('terminal', async (ctx, { modem }) => {
      expect(await modem.registration(ctx)).toBe('home');
      expect(modem.detour()).toMatch(
        /^\/dev\/ttyUSB2 is in use by picocom \(pid \d+\): asked by uqmi over \/dev\/cdc-wdm0$/,
      );
      await expect(modem.at(ctx, 'ATI')).rejects.toMatchObject({
        code: 'modem.port-busy',
        message: expect.stringMatching(/^\/dev\/ttyUSB2 is in use by picocom \(pid \d+\)$/),
        hint: expect.stringMatching(/wwanlab shell sim-mifi25-mc7455 "kill \d+"$/),
      });
    });
    expect(told).toEqual([]);
  });

  it('is told also where it only reads, and the line that is shown to type ends it', async () => {
    const test = testCtx();
    await test.drive(async (ctx) => {
      const rig = await openRig(ctx, loadRigFile('rigs/sim-mifi25-ec25.rig.yaml'));
      await rig.router.shell(ctx, 'cat /dev/ttyUSB2 > /tmp/stolen &');
      const error = await rig.modem.at(ctx, 'ATI').catch((problem: unknown) => problem as HarnessError);
      expect(error).toMatchObject({
        code: 'modem.port-busy',
        message: expect.stringMatching(/^\/dev\/ttyUSB2 is in use by cat \(pid \d+\)$/),
      });
      const [, line = ''] =
        /wwanlab shell sim-mifi25-ec25 "(.+)"$/.exec((error as HarnessError).hint ?? '') ?? [];
      await rig.router.shell(ctx, line);
      expect(await rig.modem.identity(ctx)).toMatchObject({ model: 'EC25' });
      await rig.close();
    });
    const waits = test.events().filter(({ kind }) => kind === 'port.waiting');
    expect(waits.map(({ data }) => data)).toEqual([
      { text: expect.stringMatching(/^waiting for cat \(pid \d+\) to let \/dev\/ttyUSB2 go$/) },
    ]);
  });
});
