import { describe, expect, it } from '@jest/globals';
import type { Ctx } from '../../harness/core/ctx.ts';
import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile } from '../../harness/lab/rig-file.ts';
import type { Rig } from '../../harness/rig/rig.ts';
import { testCtx } from '../support/ctx.ts';

/** Opens a shipped rig in virtual time, with its link dialled at boot and up. */
function onRig(id: string, body: (ctx: Ctx, rig: Rig) => Promise<void>): Promise<void> {
  return testCtx().drive(async (ctx) => {
    const rig = await openRig(ctx, loadRigFile(`rigs/${id}.rig.yaml`));
    await ctx.clock.sleep(60_000);
    await body(ctx, rig);
    await rig.close();
  });
}

// The real driver against the simulated router, over real SSH: what one of them gets wrong shows here.
describe.each([
  ['sim-mifi22-ec25', '2c7c:0125', 'Quectel'],
  ['sim-mifi25-mc7455', '1199:9071', 'Sierra Wireless, Incorporated'],
])('the OpenWrt driver on %s', (id, usbId, manufacturer) => {
  it('reads board, boot, packages and USB', async () => {
    await onRig(id, async (ctx, { router, modem }) => {
      expect(await router.board(ctx)).toMatchObject({ boardName: 'gl-mifi', target: 'ar71xx/generic' });
      const boot = await router.boot(ctx);
      expect(boot.uptimeMs).toBeGreaterThanOrEqual(60_000);
      expect((await router.packages(ctx)).has('comgt')).toBe(true);
      const devices = await router.usbDevices(ctx);
      const device = devices.find((d) => `${d.vendorId}:${d.productId}` === usbId);
      const at = device?.interfaces.find((i) => i.number === modem.atInterface);
      expect(at?.nodes[0]).toMatch(/^ttyUSB\d$/);
      // As procd has it while the event of the new port waits in its queue.
      expect((await router.shell(ctx, `rm /dev/${at?.nodes[0]}`)).exitCode).toBe(0);
      const [, ...rest] = at?.nodes ?? [];
      const queued = (await router.usbDevices(ctx)).find(({ path }) => path === device?.path);
      expect(queued?.interfaces.find((i) => i.number === modem.atInterface)?.nodes).toEqual(rest);
    });
  });

  it('sees the link, takes it down, asks the modem and brings it up again', async () => {
    await onRig(id, async (ctx, { router, modem, connection }) => {
      const name = connection.interfaceName;
      expect(await router.interfaceStatus(ctx, name)).toMatchObject({
        up: true,
        proto: '3g',
        hasDefaultRoute: true,
      });
      await router.ifdown(ctx, name);
      await ctx.clock.sleep(5_000);
      expect(await router.interfaceStatus(ctx, name)).toMatchObject({ up: false });
      expect(await modem.identity(ctx)).toMatchObject({ manufacturer });
      expect(await modem.simState(ctx)).toBe('ready');
      expect(await modem.radio(ctx)).toMatchObject({ on: true });
      expect(await modem.registration(ctx)).toBe('home');
      expect(await modem.at(ctx, 'AT+NOSUCH')).toMatchObject({ ok: false });
      await router.ifup(ctx, name);
      await ctx.clock.sleep(60_000);
      expect(await router.interfaceStatus(ctx, name)).toMatchObject({ up: true });
      expect(await router.ping(ctx, connection.probeHost, 3)).toMatchObject({ sent: 3 });
    });
  });

  it('knows what is not there', async () => {
    await onRig(id, async (ctx, { router }) => {
      expect(await router.interfaceStatus(ctx, 'nosuch')).toBeUndefined();
      expect(await router.uciGet(ctx, 'network.nosuch.apn')).toBeUndefined();
      await expect(router.ifup(ctx, 'nosuch')).rejects.toMatchObject({ code: 'openwrt.no-interface' });
      expect(await router.shell(ctx, 'nosuchcommand')).toMatchObject({ exitCode: 127 });
    });
  });

  it('writes settings and files whole', async () => {
    await onRig(id, async (ctx, { router, connection }) => {
      const path = `network.${connection.interfaceName}.apn`;
      await router.uciSet(ctx, { [path]: "o'hara & sons" });
      expect(await router.uciGet(ctx, path)).toBe("o'hara & sons");
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) & 255));
      await router.upload(ctx, bytes, '/tmp/with blank');
      expect((await router.exec(ctx, ['wc', '-c', '/tmp/with blank'])).stdout).toMatch(/^\s*70000 /);
    });
  });

  it('follows log and ping on a second connection, beside commands', async () => {
    await onRig(id, async (ctx, { router, connection }) => {
      const lines: string[] = [];
      const seqs: number[] = [];
      const log = await router.followLog(ctx, (line) => lines.push(line));
      const ping = await router.followPing(ctx, connection.probeHost, ({ seq }) => seqs.push(seq));
      await router.exec(ctx, ['logger', '-t', 'test', 'hello there']);
      await router.reloadFirewall(ctx);
      await ctx.clock.sleep(10_500);
      await Promise.all([log.stop(), ping.stop()]);
      expect(lines.some((line) => line.endsWith(' test: hello there'))).toBe(true);
      expect(seqs.length).toBeGreaterThanOrEqual(9);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    });
  });

  it('replays the log it holds, and goes on with what comes', async () => {
    await onRig(id, async (ctx, { router }) => {
      const lines: string[] = [];
      await router.exec(ctx, ['logger', '-t', 'test', 'before']);
      const log = await router.replayLog(ctx, (line) => lines.push(line));
      await router.exec(ctx, ['logger', '-t', 'test', 'after']);
      await ctx.clock.sleep(100);
      await log.stop();
      const told = lines.flatMap((line) => / test: (.+)$/.exec(line)?.[1] ?? []);
      expect(told).toEqual(['before', 'after']);
      expect(lines.length).toBeGreaterThan(2); // what the router logged at its start
    });
  });
});

describe('the AT port of an MC7455', () => {
  it('is PPP as well: during a connection its control device is asked, and what AT alone can tell is refused', async () => {
    await onRig('sim-mifi25-mc7455', async (ctx, { modem }) => {
      expect(await modem.identity(ctx)).toMatchObject({ model: 'MC7455' });
      expect(modem.detour()).toMatch(
        /^\/dev\/ttyUSB2 is in use by pppd \(pid \d+\): asked by \w+ over \/dev\/cdc-wdm0$/,
      );
      await expect(modem.bands(ctx)).rejects.toMatchObject({
        code: 'modem.port-busy',
        data: { tty: 'ttyUSB2' },
      });
    });
  });
});
