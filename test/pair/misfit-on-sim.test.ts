import { describe, expect, it } from '@jest/globals';

import { climb } from '../../harness/procedures/climb.ts';
import { findMisfit } from '../../harness/procedures/misfit.ts';
import { rescue } from '../../harness/procedures/rescue/rescue.ts';
import { lookAtInterface } from '../../harness/procedures/router-health.ts';
import { onSim, type OnSim } from '../support/on-sim.ts';

type Settings = Readonly<Record<string, string | undefined>>;

/** netifd has read them, and dials nothing by itself. */
async function configure({ ctx, rig }: OnSim, settings: Settings): Promise<void> {
  const section = `network.${rig.connection.interfaceName}`;
  const changes = Object.entries({ apn: 'internet', auto: '0', ...settings });
  await rig.router.uciSet(
    ctx,
    Object.fromEntries(changes.map(([option, value]) => [`${section}.${option}`, value])),
  );
  await rig.router.reloadNetwork(ctx);
  await ctx.clock.sleep(10_000);
}

/** On an MC7455 in QMI mode: ttyUSB0 (diagnostics), ttyUSB1 (NMEA), ttyUSB2 (AT and PPP), cdc-wdm0. */
const withSettings = <T>(settings: Settings, body: (on: OnSim) => Promise<T>): Promise<T> =>
  onSim('sim-mifi25-mc7455', async (on) => {
    await configure(on, settings);
    return body(on);
  });

const WANTED: readonly (readonly [Settings, found: string, command: string, alternative?: string])[] = [
  [
    { proto: 'mbim', device: '/dev/ttyUSB2' },
    'names /dev/ttyUSB2, a serial port (interface 3, AT and PPP): mbim takes the control device of an MBIM function (driver cdc_mbim); USB shows the modem in qmi mode',
    'uci set network.NAME.proto=qmi; uci set network.NAME.device=/dev/cdc-wdm0;',
    'wwanlab mode RIG mbim (it restarts the modem)',
  ],
  [
    { proto: '3g', device: '/dev/cdc-wdm0' },
    'names /dev/cdc-wdm0, the control device of qmi_wwan: 3g takes a serial port that answers AT',
    'uci set network.NAME.device=/dev/ttyUSB2;',
    'uci set network.NAME.proto=qmi;',
  ],
  [
    { proto: '3g', device: '/dev/ttyUSB1' },
    'names /dev/ttyUSB1, a serial port (interface 2): 3g takes a serial port that answers AT',
    'uci set network.NAME.device=/dev/ttyUSB2;',
  ],
  [
    { proto: 'mbim', device: '/dev/cdc-wdm0' },
    'names /dev/cdc-wdm0, the control device of qmi_wwan: mbim takes the control device of an MBIM function',
    'uci set network.NAME.proto=qmi; uci set network.NAME.device=/dev/cdc-wdm0;',
    'wwanlab mode RIG mbim (it restarts the modem)',
  ],
  [
    { proto: 'qmi', device: '/dev/cdc-wdm7' },
    'names /dev/cdc-wdm7, which is not there',
    'uci set network.NAME.device=/dev/cdc-wdm0;',
  ],
  [
    { proto: 'qmi', device: '/sys/bus/usb/devices/1-1' },
    'names /sys/bus/usb/devices/1-1: qmi takes the control device of a QMI function, by its name in /dev',
    'uci set network.NAME.device=/dev/cdc-wdm0;',
  ],
  [{ proto: 'qmi', device: undefined }, 'names no device', 'uci set network.NAME.device=/dev/cdc-wdm0;'],
];

describe('an interface of netifd whose device does not fit its protocol', () => {
  it('is named with the line that helps', async () => {
    await onSim('sim-mifi25-mc7455', async (on) => {
      const { ctx, rig } = on;
      const named = (words: string): string =>
        words.replaceAll('NAME', rig.connection.interfaceName).replaceAll('RIG', rig.name);
      for (const [settings, found, command, alternative = ''] of WANTED) {
        await configure(on, settings);
        const health = await lookAtInterface(ctx, rig);
        expect(health).toMatchObject({
          ok: false,
          found: expect.stringContaining(found),
          next: expect.stringContaining(named(command)),
        });
        expect(health.found).toContain(named(alternative));
        const [, typed = ''] = /"(uci .+)"/.exec(health.next ?? '') ?? [];
        await rig.router.shell(ctx, typed);
        expect(await findMisfit(ctx, rig)).toBeUndefined();
      }
    });
  });

  it('is met before a dial, and by a rescue before its first rung', async () => {
    await withSettings({ proto: '3g', device: '/dev/cdc-wdm0' }, async ({ ctx, rig }) => {
      await expect(climb(ctx, rig)).rejects.toMatchObject({ code: 'rig.device-misfit', blame: 'rig' });
      expect(await rescue(ctx, rig, { goal: 'online' })).toMatchObject({
        reached: false,
        steps: [],
        before: { modem: 'bound', link: 'misfit' },
        advice: expect.stringContaining('uci set network.'),
      });
      expect(await rescue(ctx, rig, { goal: 'modem' })).toMatchObject({ reached: true, steps: [] });
    });
  });

  it('is no reason to give up where a restart of the modem may bring the old name back', async () => {
    await withSettings({ proto: 'qmi', device: '/dev/cdc-wdm0' }, async ({ ctx, rig }) => {
      const moved: typeof rig.router.usbDevices = async (c) =>
        (await rig.router.usbDevices(c)).map((device) => ({
          ...device,
          interfaces: device.interfaces.map((one) => ({
            ...one,
            nodes: one.nodes.map((node) => node.replace('cdc-wdm0', 'cdc-wdm1')),
          })),
        }));
      const exec: typeof rig.router.exec = async (c, argv, options) =>
        argv[0] === 'ls'
          ? { command: 'ls', exitCode: 1, stdout: '', stderr: 'No such file', tookMs: 1 }
          : rig.router.exec(c, argv, options);
      const router = { ...rig.router, usbDevices: moved, exec };
      expect(await findMisfit(ctx, { ...rig, router })).toMatchObject({
        text: expect.stringContaining('names /dev/cdc-wdm0, which is not there'),
        passing: true,
      });
    });
  });

  it('is none yet where the modem has not all of its nodes', async () => {
    await withSettings({ proto: 'qmi', device: '/dev/cdc-wdm0' }, async ({ ctx, rig }) => {
      const early: typeof rig.router.usbDevices = async (c) =>
        (await rig.router.usbDevices(c)).map((device) => ({
          ...device,
          interfaces: device.interfaces.map((one) => ({
            ...one,
            nodes: one.nodes.filter((node) => node !== 'cdc-wdm0'),
          })),
        }));
      const router = { ...rig.router, usbDevices: early };
      expect(await findMisfit(ctx, { ...rig, router })).toBeUndefined();
    });
  });

  it('is one without its folder: a handler looks nowhere else', async () => {
    await withSettings({ proto: 'qmi', device: 'cdc-wdm0' }, async ({ ctx, rig }) => {
      expect(await findMisfit(ctx, rig)).toMatchObject({ passing: false });
    });
  });

  it('is none where a link leads to the right port', async () => {
    await withSettings({ proto: 'qmi', device: '/dev/modem' }, async ({ ctx, rig }) => {
      expect(await findMisfit(ctx, rig)).toMatchObject({ passing: false });
      await rig.router.shell(ctx, 'ln -s cdc-wdm0 /dev/modem');
      expect(await findMisfit(ctx, rig)).toBeUndefined();
    });
  });

  it('is a link that its handler does not follow', async () => {
    await withSettings({ proto: 'qmi', device: '/dev/modem' }, async ({ ctx, rig }) => {
      const handler = '/lib/netifd/proto/qmi.sh';
      const write = (lines: string) =>
        rig.router.shell(ctx, `cat > ${handler}`, { stdin: Buffer.from(lines) });
      const looksUp = 'readlink -f /sys/class/usbmisc/$devname/device/\n';
      await rig.router.shell(ctx, 'ln -s cdc-wdm0 /dev/modem');
      await write(looksUp);
      expect(await findMisfit(ctx, rig)).toMatchObject({
        text: expect.stringContaining(
          `names /dev/modem, a link to /dev/cdc-wdm0, which ${handler} does not follow`,
        ),
        command: expect.stringContaining('device=/dev/cdc-wdm0'),
      });
      for (const follows of ['readlink -f $device', 'readlink -f "$device"']) {
        await write(`device="$(${follows})"\n${looksUp}`);
        expect(await findMisfit(ctx, rig)).toBeUndefined();
      }
    });
  });
});
