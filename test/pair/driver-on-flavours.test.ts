import { describe, expect, it } from '@jest/globals';

import type { Ctx } from '../../harness/core/ctx.ts';
import { openRig } from '../../harness/lab/open-rig.ts';
import { loadRigFile, type RigFile } from '../../harness/lab/rig-file.ts';
import type { Lacking } from '../../harness/rig/packages.ts';
import type { Router } from '../../harness/rig/router.ts';
import { flavours } from '../../harness/sim/router/flavours/index.ts';
import { testCtx } from '../support/ctx.ts';

const shipped = loadRigFile('rigs/sim-mifi25-mc7455.rig.yaml');

function onFirmware(firmware: string, body: (ctx: Ctx, router: Router) => Promise<void>): Promise<void> {
  if (shipped.kind !== 'sim') throw new Error('expected a simulated rig');
  const file: RigFile = { ...shipped, router: { ...shipped.router, firmware: firmware as never } };
  return testCtx().drive(async (ctx) => {
    const rig = await openRig(ctx, file);
    await body(ctx, rig.router);
    await rig.close();
  });
}

// One driver for all releases: what differs between them is found on the router.
describe.each(Object.values(flavours))('the OpenWrt driver on $title', ({ id, ...flavour }) => {
  it('finds the interface of the modem, and how interfaces name their device', async () => {
    await onFirmware(id, async (ctx, router) => {
      const { modemProtocol: proto } = flavour;
      const device = proto === '3g' ? '/dev/ttyUSB2' : '/dev/cdc-wdm0';
      expect(await router.modemInterfaces(ctx)).toEqual([
        { name: flavour.modemInterface, proto, device, disabled: false },
      ]);
      expect(await router.deviceOption(ctx)).toBe(flavour.networkConfig);
    });
  });

  it('brings files there and back by whatever digest its busybox has', async () => {
    await onFirmware(id, async (ctx, router) => {
      const bytes = Buffer.from([0, 255, 10, 13, 0]);
      await router.upload(ctx, bytes, '/tmp/there');
      expect(await router.download(ctx, '/tmp/there')).toEqual(bytes);
    });
  });

  it('changes settings whole: lists, quotes, line breaks, sections without a name', async () => {
    await onFirmware(id, async (ctx, router) => {
      const note = 'it\'s\n"two" lines; #1 $HOME \\';
      await router.uciSet(ctx, {
        'network.lan.dns': ['8.8.8.8', '1.1.1.1'],
        'network.lan.note': note,
        'network.lan.nosuch': undefined,
        'network.extra': 'interface',
        'network.extra.proto': 'none',
        'system.@system[0].hostname': 'changed',
      });
      const lan = (await router.uciSections(ctx, 'network'))?.find(({ path }) => path === 'lan');
      expect(lan?.options).toMatchObject({ dns: ['8.8.8.8', '1.1.1.1'], note });
      expect(await router.uciGet(ctx, 'network.lan.note')).toBe(note);
      expect(await router.uciGet(ctx, 'system.@system[0].hostname')).toBe('changed');
      await router.uciSet(ctx, { 'network.lan.dns': ['9.9.9.9'], 'network.extra': undefined });
      expect(await router.uciGet(ctx, 'network.lan.dns')).toBe('9.9.9.9');
      expect(await router.uciGet(ctx, 'network.extra')).toBeUndefined();
      const name = await router.uciAdd(ctx, 'firewall', 'rule', { name: "a b'c", proto: ['tcp', 'udp'] });
      expect(await router.uciGet(ctx, `firewall.${name}.name`)).toBe("a b'c");
      expect((await router.uciSections(ctx, 'firewall'))?.at(-1)).toMatchObject({
        type: 'rule',
        options: { proto: ['tcp', 'udp'] },
      });
      expect(await router.uciSections(ctx, 'nosuch')).toBeUndefined();
    });
  });

  it('commits nothing where one change is refused, and drops what was staged', async () => {
    await onFirmware(id, async (ctx, router) => {
      await router.uciStage(ctx, { 'network.lan.proto': 'dhcp' });
      expect(await router.uciGet(ctx, 'network.lan.proto')).toBe('dhcp');
      expect(await router.readConfiguration(ctx, 'network')).toMatch(/interface 'lan'[^]+proto 'static'/);
      await router.uciRevert(ctx, 'network');
      expect(await router.uciGet(ctx, 'network.lan.proto')).toBe('static');
      const before = await router.readConfiguration(ctx, 'network');
      const bad = router.uciSet(ctx, { 'network.lan.proto': 'dhcp', 'network.nosuch.apn': 'x' });
      await expect(bad).rejects.toMatchObject({ code: 'openwrt.uci-refused' });
      expect(await router.uciGet(ctx, 'network.lan.proto')).toBe('static');
      expect(await router.readConfiguration(ctx, 'network')).toBe(before);
    });
  });

  it('asks procd for services, and ubus by name', async () => {
    await onFirmware(id, async (ctx, router) => {
      expect(await router.service(ctx, 'network')).toMatchObject({ enabled: true, running: true });
      expect(await router.service(ctx, 'firewall')).toEqual({ name: 'firewall', enabled: true });
      expect(await router.service(ctx, 'nosuch')).toBeUndefined();
      await router.controlService(ctx, 'firewall', 'disable');
      expect(await router.service(ctx, 'firewall')).toMatchObject({ enabled: false });
      await expect(router.controlService(ctx, 'nosuch', 'start')).rejects.toMatchObject({
        code: 'openwrt.command-failed',
      });
      await expect(router.ubus(ctx, 'network.interface.nosuch', 'status')).rejects.toMatchObject({
        data: { status: 'not-found' },
      });
      expect(await router.ubus(ctx, 'network.interface.lan', 'status')).toMatchObject({ up: true });
    });
  });

  it('lists packages, LEDs and the addresses of its board', async () => {
    await onFirmware(id, async (ctx, router) => {
      expect((await router.packages(ctx)).get('comgt')).toBe(flavour.packages['comgt']);
      const [led] = await router.leds(ctx);
      await router.setLed(ctx, led?.name ?? '', { trigger: 'default-on' });
      expect((await router.leds(ctx))[0]).toMatchObject({ trigger: 'default-on', brightness: 255 });
      const unknown = router.setLed(ctx, 'nosuch', { brightness: 1 });
      await expect(unknown).rejects.toMatchObject({ code: 'openwrt.command-failed' });
      expect((await router.macAddresses(ctx)).length).toBeGreaterThan(0);
    });
  });

  it('tells what a mode lacks', async () => {
    await onFirmware(id, async (ctx, router) => {
      const add = flavour.packageManager === 'opkg' ? 'opkg update && opkg install' : 'apk update && apk add';
      const serial = await router.lacking(ctx, { protocol: '3g', drivers: ['qcserial'] });
      expect(lineFor(serial)).toBe(
        'comgt' in flavour.packages ? undefined : `${add} comgt chat kmod-usb-serial-qualcomm`,
      );
      const mbim = await router.lacking(ctx, { protocol: 'mbim', drivers: ['cdc_mbim'] });
      expect(lineFor(mbim)).toBe(
        'umbim' in flavour.packages ? undefined : `${add} umbim kmod-usb-net-cdc-mbim`,
      );
    });
  });
});

const lineFor = (lacking: Lacking | undefined): string | undefined =>
  lacking && `${lacking.install} ${lacking.packages.join(' ')}`;
