import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { HarnessError } from '../../../../harness/core/errors.ts';
import { bringBack } from '../../../../harness/lab/leases/bring-back.ts';
import { fenceConnection, fencePower } from '../../../../harness/lab/leases/fence.ts';
import { journaledModem, journaledPower, journaledRouter } from '../../../../harness/lab/leases/journaled.ts';
import {
  leaseRig,
  liftQuarantine,
  listQuarantined,
  listUndoNotes,
  quarantineRig,
  revokeRig,
} from '../../../../harness/lab/leases/lease-rig.ts';
import { quarantineMeanwhile } from '../../../../harness/lab/leases/meanwhile.ts';
import type { LabRigFile } from '../../../../harness/lab/rig-file.ts';
import type { NetworkMode } from '../../../../harness/rig/modem.ts';
import type { Rig } from '../../../../harness/rig/rig.ts';
import { temporaryFolder } from '../../../support/cli.ts';
import { testCtx } from '../../../support/ctx.ts';
import { fakeConnection } from '../../../support/fake-router.ts';
import { scriptedRig } from '../../../support/scripted-rig.ts';

const file = {
  id: 'shelf',
  path: 'lab/shelf.rig.yaml',
  kind: 'lab',
  router: { host: 'a', port: 22 },
} as unknown as LabRigFile;

let folder: ReturnType<typeof temporaryFolder>;
const outside = process.env['WWANLAB_STATE'];
beforeEach(() => {
  folder = temporaryFolder();
  process.env['WWANLAB_STATE'] = folder.path;
});
afterEach(() => {
  if (outside === undefined) delete process.env['WWANLAB_STATE'];
  else process.env['WWANLAB_STATE'] = outside;
  folder.remove();
});

/** A rig whose lasting state stands here, and a log of what was done to it. */
function bench(overrides: { readonly refuses?: boolean } = {}) {
  const test = testCtx();
  const { rig: base } = scriptedRig();
  const state = {
    network: 'proto 3g',
    composition: 'qmi' as NetworkMode,
    shown: 'qmi' as NetworkMode,
    power: true,
    bands: '00',
  };
  const log: string[] = [];
  let number = 1;
  const rig: Rig = {
    ...base,
    router: {
      ...base.router,
      shell: (_ctx, command) => {
        log.push(command);
        return Promise.resolve({ command, exitCode: 0, stdout: '', stderr: '', tookMs: 1 });
      },
      uciSet: (_ctx, values) => Promise.resolve(void (state.network = Object.values(values).join(' '))),
      readConfiguration: () => Promise.resolve(state.network),
      writeConfiguration: (_ctx, name, text) => {
        if (overrides.refuses) {
          return Promise.reject(
            new HarnessError('no space left', {
              code: 'openwrt.command-failed',
              blame: 'dut',
              effect: 'unknown',
            }),
          );
        }
        log.push(`write ${name}`);
        return Promise.resolve(void (state.network = text ?? ''));
      },
      usbDevices: () =>
        Promise.resolve([
          {
            path: '1-1',
            number,
            vendorId: '2c7c',
            productId: '0125',
            product: 'modem',
            interfaces: [{ number: 8, driver: state.shown, nodes: ['wwan0'] }],
          },
        ]),
    },
    modem: {
      ...base.modem,
      serialPorts: [],
      modes: {
        qmi: [{ number: 8, purpose: 'QMI', driver: 'qmi', nodes: ['wwan'] }],
        mbim: [{ number: 8, purpose: 'MBIM', driver: 'mbim', nodes: ['wwan'] }],
      },
      composition: () => Promise.resolve(state.composition),
      compose: (_ctx, mode) => Promise.resolve(void (state.composition = mode)),
      bands: () => Promise.resolve({ allowed: [], known: [], setting: state.bands }),
      allowBands: (_ctx, bands) => Promise.resolve(void (state.bands = String(bands))),
      restoreBands: (_ctx, setting) => {
        log.push(`bands ${setting}`);
        return Promise.resolve(void (state.bands = setting));
      },
      restart: () => {
        log.push(`restart into ${state.composition}`);
        state.shown = state.composition;
        number++;
        return Promise.resolve();
      },
    },
    power: {
      name: 'the outlet',
      leastOffMs: 1_000,
      state: () => Promise.resolve(state.power ? 'on' : 'off'),
      set: (_ctx, on) => {
        log.push(on ? 'on' : 'off');
        return Promise.resolve(void (state.power = on));
      },
    },
  };
  return { ...test, rig, state, log };
}

const reason = 'test';

describe('what nobody can undo', () => {
  const now = new Date(0);
  const reasons = (): readonly string[] => listQuarantined().map(({ reason: why }) => why);

  it('quarantines its rig while it is done, and for good where it fails or its holder is killed', () => {
    const flash = quarantineMeanwhile(file);
    flash.begin('was begun', now);
    expect(reasons()).toEqual(['was begun']); // what a kill leaves
    flash.end();
    expect(reasons()).toEqual([]);
    flash.begin('was begun', now);
    flash.fail('failed', now);
    expect(reasons()).toEqual(['failed']);
  });

  it('ends no quarantine that was there before', () => {
    quarantineRig(file, 'an older one', now);
    const flash = quarantineMeanwhile(file);
    flash.begin('was begun', now);
    flash.end();
    expect(reasons()).toEqual(['an older one']);
  });

  it('takes nothing for an older one that it only waited for', () => {
    const first = quarantineMeanwhile(file);
    first.begin('the first was begun', now);
    const waiting = quarantineMeanwhile(file);
    first.end();
    waiting.begin('the second was begun', now);
    waiting.end();
    expect(reasons()).toEqual([]);
  });
});

describe('what a holder leaves behind', () => {
  it('is nothing where bands were refused before anything was changed', async () => {
    const { drive, rig } = bench();
    const refusal = (effect: 'none' | 'unknown') =>
      new HarnessError('no', { code: 'modem.no-band', blame: 'test', effect });
    const left = async (effect: 'none' | 'unknown'): Promise<readonly string[]> =>
      drive(async (ctx) => {
        const lease = await leaseRig(ctx, file, { reason });
        const allowBands = (): Promise<void> => Promise.reject(refusal(effect));
        const modem = journaledModem({ ...rig.modem, allowBands }, lease.journal);
        await modem.allowBands(ctx, [99]).catch(() => undefined);
        const things = lease.pending().map(({ thing }) => thing);
        await lease.release();
        return things;
      });
    expect(await left('none')).toEqual([]);
    expect(await left('unknown')).toEqual(['the bands of the modem']);
  });

  it('is undone by the next one, the last change first, with cause and effect, and only once', async () => {
    const { drive, rig, state, log, events } = bench();
    await drive(async (ctx) => {
      const lost = await leaseRig(ctx, file, { reason: 'nightly' });
      await journaledRouter(rig.router, lost.journal).uciSet(ctx, { 'network.wwan.proto': 'mbim' });
      await journaledRouter(rig.router, lost.journal).uciSet(ctx, { 'network.wwan.proto': 'qmi' });
      await journaledModem(rig.modem, lost.journal).compose(ctx, 'mbim');
      await journaledModem(rig.modem, lost.journal).allowBands(ctx, [2, 4]);
      await journaledModem(rig.modem, lost.journal).allowBands(ctx, [12]);
      lost.journal.note('a table', { kind: 'shell', line: 'nft delete table t' });
      await journaledPower(rig.power as never, 'power', lost.journal).set(ctx, false);
      await lost.release(); // as after a kill: what counts is what is in the file
      expect(listUndoNotes().map(({ thing }) => thing)).toEqual([
        '/etc/config/network',
        'the composition of the modem',
        'the bands of the modem',
        'a table',
        'the outlet',
      ]);

      log.length = 0;
      const lease = await leaseRig(ctx, file, { reason });
      await bringBack(ctx, file, lease, rig);
      expect(log).toEqual(['on', 'nft delete table t', 'bands 00', 'restart into qmi', 'write network']);
      const as = { network: 'proto 3g', composition: 'qmi', shown: 'qmi', power: true, bands: '00' };
      expect(state).toEqual(as);
      await bringBack(ctx, file, lease, rig);
      expect(log).toHaveLength(5);
      await lease.release();
    });
    const told = events().filter(({ kind }) => /^(bring-back|undo|undone)$/.test(kind));
    expect(told.map(({ kind }) => kind)).toEqual(['bring-back', ...Array(5).fill(['undo', 'undone']).flat()]);
    expect(told[0]?.data).toMatchObject({ left: expect.stringContaining('(nightly)') });
    expect(told[1]?.cause).toBe(told[0]?.seq);
    expect(told[2]?.cause).toBe(told[1]?.seq);
    expect(JSON.stringify(told)).not.toContain('proto 3g'); // a configuration may hold secrets
  });

  it('is a composition that only waits for its restart, too', async () => {
    const { drive, rig, state, log } = bench();
    await drive(async (ctx) => {
      const lease = await leaseRig(ctx, file, { reason });
      const modem = journaledModem(rig.modem, lease.journal);
      await modem.compose(ctx, 'mbim');
      await modem.restart(ctx);
      await modem.compose(ctx, 'qmi'); // and killed here
      expect(lease.pending()).toHaveLength(1);
      await bringBack(ctx, file, lease, rig);
      expect(state).toMatchObject({ composition: 'qmi', shown: 'qmi' });
      expect(log).toEqual(['restart into mbim', 'restart into qmi']);
      await lease.release();
    });
  });

  it('is nothing where it was restored, or is to stay', async () => {
    const { drive, rig } = bench();
    await drive(async (ctx) => {
      const lease = await leaseRig(ctx, file, { reason });
      const modem = journaledModem(rig.modem, lease.journal);
      for (const mode of ['mbim', 'qmi'] as const) {
        await modem.compose(ctx, mode);
        await modem.restart(ctx);
      }
      const power = journaledPower(rig.power as never, 'power', lease.journal);
      await power.set(ctx, false);
      await power.set(ctx, true);
      await modem.allowBands(ctx, [2]);
      await modem.restoreBands(ctx, '00');
      expect(lease.pending()).toEqual([]);
      await modem.compose(ctx, 'mbim');
      lease.journal.keep();
      expect(lease.pending()).toEqual([]);
      await lease.release();
    });
  });

  it('puts the rig into quarantine where it cannot be undone, until somebody lifts it', async () => {
    const { drive, rig } = bench({ refuses: true });
    await drive(async (ctx) => {
      const lease = await leaseRig(ctx, file, { reason });
      await journaledRouter(rig.router, lease.journal).uciSet(ctx, { 'network.wwan.proto': 'mbim' });
      await expect(bringBack(ctx, file, lease, rig)).rejects.toMatchObject({
        code: 'rig.not-brought-back',
        hint: expect.stringContaining('wwanlab rigs check lab/shelf.rig.yaml'),
      });
      expect(lease.pending()).toHaveLength(1);
      await lease.release();
      expect(listQuarantined()).toMatchObject([
        { rig: 'shelf', reason: expect.stringContaining('no space left') },
      ]);
      await expect(leaseRig(ctx, file, { reason })).rejects.toMatchObject({
        code: 'rig.quarantined',
        hint: expect.stringContaining('wwanlab rigs check lab/shelf.rig.yaml'),
      });
      await (await leaseRig(ctx, file, { reason, evenInQuarantine: true })).release();
      expect(liftQuarantine(file)).toBe(true);
      await (await leaseRig(ctx, file, { reason })).release();
    });
  });
});

describe('a lease that is taken away', () => {
  it('breaks off what is under way within a second, and refuses what comes next', async () => {
    const { drive, ctx } = testCtx();
    await drive(async () => {
      const lease = await leaseRig(ctx, file, { reason });
      const never = { ...fakeConnection(() => 0), exec: () => new Promise<never>(() => undefined) };
      const router = fenceConnection(never, lease);
      const taken = { code: 'lease.revoked', message: expect.stringContaining('release gate') };
      const atWork = router
        .exec(ctx, 'sleep 1000')
        .catch((error: unknown) => ({ error, at: ctx.clock.now() }));
      revokeRig(file, 'release gate');
      expect(await atWork).toMatchObject({ error: taken, at: expect.any(Number) });
      expect(ctx.clock.now()).toBeLessThanOrEqual(1_000);
      await expect(router.exec(ctx, 'true')).rejects.toMatchObject(taken);
      const { rig } = bench();
      await expect(fencePower(rig.power as never, lease).set(ctx, false)).rejects.toMatchObject(taken);
      expect(() => lease.journal.note('a', { kind: 'shell', line: 'x' })).toThrow(
        expect.objectContaining(taken),
      );
      await lease.release();
    });
  });
});
