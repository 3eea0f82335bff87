import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createOpenwrtRouter } from '../../../../harness/drivers/openwrt/router.ts';
import type { Router } from '../../../../harness/rig/router.ts';
import { connectSsh } from '../../../../harness/transport/ssh.ts';
import { testCtx } from '../../../support/ctx.ts';
import { fakeConnection, type Answer } from '../../../support/fake-router.ts';
import { createTestServer, hostKey, PASSWORD, reply } from '../../../support/ssh-server.ts';

function routerThat(answer: (command: string, stdin?: Uint8Array) => Answer): Router {
  const connection = fakeConnection((command, options) => answer(command, options?.stdin));
  return createOpenwrtRouter({ name: 'fake', connect: () => Promise.resolve(connection) });
}

describe('an OpenWrt router', () => {
  const { ctx } = testCtx();

  it('knows no such interface from the text, since ifup ends with 0 either way', async () => {
    const router = routerThat(() => 'Interface wwan not found\n');
    expect(await router.interfaceStatus(ctx, 'wwan')).toBeUndefined();
    await expect(router.ifup(ctx, 'wwan')).rejects.toMatchObject({
      code: 'openwrt.no-interface',
      blame: 'test',
    });
  });

  it('takes a missing uci option for an answer and any other failure for a fault', async () => {
    expect(await routerThat(() => 1).uciGet(ctx, 'network.wan.apn')).toBeUndefined();
    expect(await routerThat(() => "a 'b'\n").uciGet(ctx, 'network.wan.apn')).toBe("a 'b'");
    await expect(routerThat(() => 127).uciGet(ctx, 'x.y')).rejects.toMatchObject({
      code: 'openwrt.command-failed',
    });
  });

  it('sets in one batch and commits each file once, and only when all values were taken', async () => {
    const commands: string[] = [];
    const kept = ["o'hara", '8.8.8.8 1.1.1.1', '', 'x\ny'].map((value) => `----wwanlab\n${value}\n`).join('');
    const router = routerThat((command, stdin) => (commands.push(command, String(stdin)), kept));
    await router.uciSet(ctx, {
      'network.wan.apn': "o'hara",
      'network.wan.dns': ['8.8.8.8', '1.1.1.1'],
      'network.wan.auto': undefined,
      'system.led.name': 'x\ny',
    });
    expect(commands).toEqual([
      expect.stringMatching(
        /^for path in network\.wan\.dns network\.wan\.auto; do uci -q delete [^]+uci batch[^]+\nuci commit network \|\| exit\nuci commit system \|\| exit\n[^]+df -k [^\n]+ \|\| true$/,
      ),
      "set 'network.wan.apn=o'\\''hara'\nadd_list network.wan.dns=8.8.8.8\nadd_list network.wan.dns=1.1.1.1\n" +
        "set 'system.led.name=x\ny'\n",
    ]);
    expect(commands.filter((text) => text.includes("o'")).length).toBe(1); // values stay out of command lines
    const refusing = routerThat(() => ({ exitCode: 91, stderr: 'uci: Invalid argument\n' }));
    await expect(refusing.uciSet(ctx, { 'network.nosuch.apn': 'x' })).rejects.toMatchObject({
      code: 'openwrt.uci-refused',
      message: expect.stringContaining('Invalid argument'),
      effect: 'none',
    });
  });

  it('sees that a full /tmp or overlay has lost what uci took', async () => {
    const df = 'tmpfs 30502 30502 0 100% /tmp\noverlay 4096 100 3996 2% /\n';
    const full = routerThat(() => `----wwanlab\n3g\n----wwanlab\n${df}`);
    await expect(full.uciSet(ctx, { 'network.wan.proto': 'qmi' })).rejects.toMatchObject({
      code: 'openwrt.full',
      message:
        'the router took a change of /etc/config/network and does not have it: no room is left on /tmp',
      effect: 'unknown',
    });
    const overlay = routerThat(() => '----wwanlab\n3g\n----wwanlab\noverlayfs:/overlay 96 96 0 100% /\n');
    await expect(overlay.uciSet(ctx, { 'network.wan.proto': 'qmi' })).rejects.toMatchObject({
      message: expect.stringMatching(/no room is left on \/overlay$/),
      hint: expect.stringMatching(
        /^see what fills it: wwanlab shell RIG "du -akx \/overlay \| sort -n \| tail"/,
      ),
    });
    const odd = routerThat(() => 'cfg0a1b2c\n----wwanlab\n----wwanlab\n');
    await expect(odd.uciAdd(ctx, 'firewall', 'rule', { name: 'x' })).rejects.toMatchObject({
      code: 'openwrt.not-kept',
      hint: expect.stringContaining('wwanlab shell RIG "mount'),
    });
  });

  it.each([
    [4, 'Command failed: Not found\n', 'not-found'],
    [253, 'Command failed: ubus call network.interface nosuch (Method not found)\n', 'method-not-found'],
    [7, 'Command failed: Request timed out\n', 'timeout'],
    [127, 'ash: ubus: not found\n', undefined],
  ])('tells object, method and status of a ubus call that ends with %i', async (exitCode, stderr, status) => {
    const router = routerThat(() => ({ exitCode, stderr }));
    await expect(router.ubus(ctx, 'network.interface', 'nosuch')).rejects.toMatchObject({
      code: 'openwrt.ubus-failed',
      message: expect.stringContaining('network.interface nosuch'),
      data: { object: 'network.interface', method: 'nosuch', status, exitCode },
    });
  });

  it('takes an empty answer of ubus for an object, and anything else for unknown', async () => {
    expect(await routerThat(() => '').ubus(ctx, 'network', 'reload')).toEqual({});
    await expect(routerThat(() => '[1]').ubus(ctx, 'x', 'y')).rejects.toMatchObject({
      code: 'openwrt.unexpected-output',
    });
  });

  it('names packages that are not there, and those that are only said to be, with the lines to type', async () => {
    const asked: string[] = [];
    const router = routerThat((command) => {
      asked.push(command);
      return asked.length === 1
        ? 'umbim\nkmod-usb-net-cdc-mbim\nkmod-usb-serial-qualcomm\nmanager opkg\n'
        : 'kmod-usb-serial-qualcomm - 4.14.95-1\n';
    });
    const needs = { protocol: 'mbim', drivers: ['cdc_mbim', 'qcserial', 'a_driver_of_its_own'] };
    expect(await router.lacking(ctx, needs)).toEqual({
      packages: ['umbim', 'kmod-usb-net-cdc-mbim', 'kmod-usb-serial-qualcomm'],
      unusable: ['kmod-usb-serial-qualcomm'],
      install: 'opkg update && opkg install',
      reinstall: 'opkg update && opkg install --force-reinstall',
    });
    expect(await routerThat(() => 'manager \n').lacking(ctx, needs)).toBeUndefined();
    // A driver that no package list names may lie in /lib/modules until the modem is plugged in.
    expect(asked[0]).toContain(
      `ls -d /sys/bus/usb/drivers/qcserial >/dev/null 2>&1 || find "/lib/modules/$(uname -r)" -name 'qcserial.ko*' 2>/dev/null | grep -q . || echo kmod-usb-serial-qualcomm`,
    );
    expect(asked[0]).toContain(`-name 'cdc[-_]mbim.ko*'`);
    const bare = routerThat((command) => (command.includes('echo "manager') ? 'uqmi\nmanager \n' : ''));
    expect(await bare.lacking(ctx, { protocol: 'qmi', drivers: [] })).toEqual({ packages: ['uqmi'] });
  });

  it('compares an upload at both ends', async () => {
    const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    const bytes = Buffer.from([0, 255, 10, 13, 0]);
    await routerThat((_command, stdin) => `${sha(stdin ?? Buffer.of())}  /tmp/f\n`).upload(
      ctx,
      bytes,
      '/tmp/f',
    );
    const lossy = routerThat((_command, stdin) => `${sha(stdin?.slice(1) ?? Buffer.of())}  /tmp/f\n`);
    await expect(lossy.upload(ctx, bytes, '/tmp/f')).rejects.toMatchObject({
      code: 'openwrt.upload-damaged',
      blame: 'rig',
      data: { expected: sha(bytes) },
    });
    const md5 = (given: Uint8Array): string => createHash('md5').update(given).digest('hex');
    await routerThat((_command, stdin) => `${md5(stdin ?? bytes)}  -\n`).upload(ctx, bytes, '/tmp/f');
    const old = routerThat((_command, stdin) => `${md5(stdin?.slice(1) ?? bytes)}  -\n`);
    await expect(old.upload(ctx, bytes, '/tmp/f')).rejects.toMatchObject({ data: { expected: md5(bytes) } });
    const full = routerThat(() => ({ exitCode: 1, stderr: 'sh: write error: No space left on device\n' }));
    await expect(full.upload(ctx, bytes, '/tmp/f')).rejects.toThrow(/No space left/);
  });

  it('connects anew for the next command, and never repeats the one that died', async () => {
    const test = testCtx();
    const ran: string[] = [];
    const { plug } = createTestServer({
      run(channel, command) {
        ran.push(command);
        if (command === 'reboot') lines.at(-1)?.destroy();
        else reply(channel, 'ok');
      },
    });
    const lines: { destroy(): void }[] = [];
    const router = createOpenwrtRouter({
      name: 'router',
      connect: (c) => {
        const { socket, far } = plug();
        lines.push(far);
        return connectSsh(c, { name: 'router', user: 'root', password: PASSWORD, hostKey, socket });
      },
    });
    await test.drive(async (c) => {
      await router.shell(c, 'one');
      await expect(router.shell(c, 'reboot')).rejects.toMatchObject({
        code: 'ssh.closed',
        effect: 'unknown',
      });
      await router.shell(c, 'two');
      await router.close();
    });
    expect(ran).toEqual(['one', 'reboot', 'two']);
    expect(lines).toHaveLength(2);
  });
});
