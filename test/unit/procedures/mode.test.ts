import { describe, expect, it } from '@jest/globals';
import { HarnessError } from '../../../harness/core/errors.ts';
import { bringBackComposition, inMode, swapMode } from '../../../harness/procedures/mode.ts';
import type { DataMode, ExpectedInterface, NetworkMode } from '../../../harness/rig/modem.ts';
import type { Rig } from '../../../harness/rig/rig.ts';
import type { UsbDevice } from '../../../harness/rig/router.ts';
import { judgeSwaps } from '../../../harness/verdict/judge-swap.ts';
import { testCtx } from '../../support/ctx.ts';
import { scriptedRig } from '../../support/scripted-rig.ts';

const at: ExpectedInterface = { number: 3, purpose: 'AT', driver: 'qcserial', nodes: ['ttyUSB'] };
const modes: Partial<Record<DataMode, readonly ExpectedInterface[]>> = {
  ppp: [at],
  qmi: [{ number: 8, purpose: 'QMI', driver: 'qmi_wwan', nodes: ['cdc-wdm', 'wwan'] }],
  mbim: [{ number: 12, purpose: 'MBIM', driver: 'cdc_mbim', nodes: ['cdc-wdm', 'wwan'] }],
};

/** A rig with a modem of two compositions that takes 8 seconds to restart. */
function bench(options: { readonly mbimDriver?: string; readonly serialDriver?: 'none' } = {}) {
  const test = testCtx();
  const { clock } = test.ctx;
  const { rig: base } = scriptedRig();
  const uci = new Map([
    ['network.wwan.proto', '3g'],
    ['network.wwan.device', '/dev/ttyUSB2'],
    ['network.wwan.apn', 'internet'],
  ]);
  const state = {
    present: 'qmi' as NetworkMode,
    pending: 'qmi' as NetworkMode,
    number: 2,
    backAt: 0,
    restarts: 0,
  };
  const network = (): UsbDevice['interfaces'][number] =>
    state.present === 'qmi'
      ? { number: 8, driver: 'qmi_wwan', nodes: ['cdc-wdm0', 'wwan0'] }
      : { number: 12, driver: options.mbimDriver ?? 'cdc_mbim', nodes: ['cdc-wdm0', 'wwan0'] };
  const serial =
    options.serialDriver === 'none'
      ? { number: 3, driver: undefined, nodes: [] }
      : { number: 3, driver: 'qcserial', nodes: ['ttyUSB2'] };
  const devices = (): UsbDevice[] =>
    clock.now() < state.backAt
      ? []
      : [
          {
            path: '1-1',
            number: state.number,
            vendorId: '2c7c',
            productId: '0125',
            product: 'modem',
            interfaces: [serial, network()],
          },
        ];
  const rig: Rig = {
    ...base,
    router: {
      ...base.router,
      usbDevices: () => Promise.resolve(devices()),
      uciGet: (_ctx, path) => Promise.resolve(uci.get(path)),
      uciSet: (_ctx, values) => {
        for (const [path, value] of Object.entries(values)) {
          if (value === undefined) uci.delete(path);
          else uci.set(path, String(value));
        }
        return Promise.resolve();
      },
      reloadNetwork: () => Promise.resolve(),
    },
    modem: {
      ...base.modem,
      pppInterface: 3,
      serialPorts: [at],
      modes,
      composition: () => Promise.resolve(state.pending),
      compose: (_ctx, mode) => Promise.resolve(void (state.pending = mode)),
      restart: () => {
        Object.assign(state, {
          present: state.pending,
          number: state.number + 1,
          backAt: clock.now() + 8_000,
          restarts: state.restarts + 1,
        });
        return Promise.resolve();
      },
    },
  };
  return { ...test, clock, rig, uci, state };
}

describe('a change of mode', () => {
  it('recomposes, restarts, waits for the drivers, and tells netifd', async () => {
    const { ctx, clock, rig, uci, state } = bench();
    const swap = await clock.drive('swap', () => swapMode(ctx, rig, 'mbim'));
    expect(swap).toMatchObject({ from: 'ppp', to: 'mbim', restarted: true, ok: true });
    expect(swap.tookMs).toBeGreaterThanOrEqual(8_000);
    expect(state).toMatchObject({ present: 'mbim', restarts: 1 });
    expect(uci.get('network.wwan.proto')).toBe('mbim');
    expect(uci.get('network.wwan.device')).toBe('/dev/cdc-wdm0');
    expect(judgeSwaps([swap])).toMatchObject({ outcome: 'pass' });
  });

  it('restarts nothing that is right already', async () => {
    const { ctx, clock, rig, state } = bench();
    const swap = await clock.drive('swap', () => swapMode(ctx, rig, 'qmi'));
    expect(swap).toMatchObject({ restarted: false, ok: true });
    expect(state.restarts).toBe(0);
  });

  it('restarts a modem whose composition was chosen before and only waits for that', async () => {
    const { ctx, clock, rig, state } = bench();
    state.pending = 'mbim'; // and whoever chose it was interrupted
    const swap = await clock.drive('swap', () => swapMode(ctx, rig, 'mbim'));
    expect(swap).toMatchObject({ restarted: true, ok: true });
    expect(state).toMatchObject({ present: 'mbim', restarts: 1 });
  });

  it('is undone also where it was broken off amid the restart: the modem is waited for', async () => {
    const { ctx, clock, rig, state } = bench();
    await rig.modem.compose(ctx, 'mbim');
    await rig.modem.restart(ctx); // off USB for the next 8 s
    const asked: number[] = [];
    const composition = () => {
      asked.push(clock.now());
      return Promise.resolve(state.pending);
    };
    const asking = { ...rig, modem: { ...rig.modem, composition } };
    await clock.drive('undo', () => bringBackComposition(ctx, asking, 'qmi'));
    expect(asked[0]).toBeGreaterThanOrEqual(8_000);
    expect(state).toMatchObject({ present: 'qmi', restarts: 2 });
  });

  it('tells what USB shows when the modem falls silent amid it', async () => {
    const { ctx, clock, rig, uci } = bench();
    const silence = new HarnessError('the modem answers with nothing', {
      code: 'modem.no-answer',
      blame: 'dut',
      effect: 'unknown',
    });
    const mute = { ...rig, modem: { ...rig.modem, restart: () => Promise.reject(silence) } };
    await expect(clock.drive('swap', () => swapMode(ctx, mute, 'mbim'))).rejects.toMatchObject({
      code: 'mode.broken-off',
      blame: 'dut',
      message: expect.stringContaining('USB shows it at 1-1, with all drivers for ppp, qmi'),
      hint: expect.stringContaining('wwanlab mode scripted mbim'),
    });
    expect(uci.get('network.wwan.proto')).toBe('3g');
  });

  it('tells what the router lacks where that is why the modem can not be told', async () => {
    const { ctx, clock, rig } = bench();
    const noPort = new HarnessError('interface 3 has no serial port', {
      code: 'modem.no-port',
      blame: 'rig',
      effect: 'none',
      hint: 'it lacks kmod-usb-serial-qualcomm',
    });
    const mute = { ...rig, modem: { ...rig.modem, compose: () => Promise.reject(noPort) } };
    await expect(clock.drive('swap', () => swapMode(ctx, mute, 'mbim'))).rejects.toMatchObject({
      code: 'mode.broken-off',
      hint: "netifd's interface is down and as it was; it lacks kmod-usb-serial-qualcomm; then type it again: wwanlab mode scripted mbim",
    });
  });

  it('touches nothing where the router has no way to tell the modem, and asks for none where USB shows it', async () => {
    const { ctx, clock, rig, uci, state } = bench();
    const before = new Map(uci);
    const why = new HarnessError('interface 3 has no serial port', {
      code: 'modem.no-port',
      blame: 'rig',
      effect: 'none',
      hint: 'it lacks kmod-usb-serial-qualcomm',
    });
    let down = 0;
    const ifdown = (): Promise<void> => Promise.resolve(void down++);
    const deaf: Rig = {
      ...rig,
      router: { ...rig.router, ifdown },
      modem: { ...rig.modem, canCompose: () => Promise.reject(why) },
    };
    const refused = {
      code: 'mode.out-of-reach',
      effect: 'none',
      message: expect.stringMatching(/in mbim mode, .+ no serial port; nothing was changed/),
      hint: 'it lacks kmod-usb-serial-qualcomm; then type it again: wwanlab mode scripted mbim',
    };
    await expect(clock.drive('swap', () => swapMode(ctx, deaf, 'mbim'))).rejects.toMatchObject(refused);
    await expect(
      clock.drive('in MBIM', () => inMode(ctx, deaf, 'mbim', () => Promise.resolve())),
    ).rejects.toMatchObject(refused);
    expect({ down, uci, restarts: state.restarts }).toEqual({ down: 0, uci: before, restarts: 0 });
    expect(await clock.drive('swap', () => swapMode(ctx, deaf, 'qmi'))).toMatchObject({ ok: true });
  });

  it('fails by name when another driver takes the interface, and leaves netifd alone', async () => {
    const { ctx, clock, rig, uci } = bench({ mbimDriver: 'cdc_ncm' });
    const swap = await clock.drive('swap', () => swapMode(ctx, rig, 'mbim'));
    expect(swap.ok).toBe(false);
    expect(uci.get('network.wwan.proto')).toBe('3g');
    expect(judgeSwaps([swap])).toMatchObject({
      outcome: 'fail',
      rung: 'S2',
      message: expect.stringContaining('interface 12 (MBIM) has driver cdc_ncm, not cdc_mbim'),
    });
  });

  it.each([['succeeds'], ['fails']])('brings the rig back when what was done in it %s', async (how) => {
    const { ctx, clock, rig, uci, state } = bench();
    const before = new Map(uci);
    const work = clock.drive('in MBIM', () =>
      inMode(ctx, rig, 'mbim', () => {
        expect(state.present).toBe('mbim');
        return how === 'fails' ? Promise.reject(new Error('no luck')) : Promise.resolve(1);
      }),
    );
    if (how === 'fails') await expect(work).rejects.toThrow('no luck');
    else expect(await work).toBe(1);
    expect(state.present).toBe('qmi');
    expect(uci).toEqual(before);
  });

  it('changes nothing where the driver is there and has not taken the interface, and says so within seconds', async () => {
    const { ctx, clock, rig, uci, state } = bench({ serialDriver: 'none' });
    const before = new Map(uci);
    const start = clock.now();
    await expect(clock.drive('swap', () => swapMode(ctx, rig, 'ppp'))).rejects.toMatchObject({
      code: 'rig.driver-not-bound',
      message: expect.stringContaining(
        'interface 3 (AT) has no driver: qcserial is on the router, and is not',
      ),
      hint: expect.stringContaining('modprobe qcserial'),
    });
    expect(clock.now() - start).toBeLessThan(10_000);
    expect(uci).toEqual(before);
    await expect(
      clock.drive('in PPP', () => inMode(ctx, rig, 'ppp', () => Promise.resolve())),
    ).rejects.toMatchObject({
      code: 'rig.driver-not-bound',
    });
    expect(state.restarts).toBe(0);
    // QMI does without the serial ports.
    expect(await clock.drive('swap', () => swapMode(ctx, rig, 'qmi'))).toMatchObject({ ok: true });
  });

  it('does not restart a modem for a driver that the router lacks, when PPP was tried and all is brought back', async () => {
    const { ctx, clock, rig, uci, state } = bench();
    const before = new Map(uci);
    const usbDevices = async (c: typeof ctx): Promise<readonly UsbDevice[]> =>
      (await rig.router.usbDevices(c)).map((device) => ({
        ...device,
        interfaces: device.interfaces.map((one) =>
          one.number === 8 ? { ...one, driver: undefined, nodes: [] } : one,
        ),
      }));
    const lacking: Rig['router']['lacking'] = (_ctx, { drivers }) =>
      Promise.resolve(drivers.includes('qmi_wwan') ? { packages: ['kmod-usb-net-qmi-wwan'] } : undefined);
    const bare = { ...rig, router: { ...rig.router, usbDevices, lacking } };
    const start = clock.now();
    expect(await clock.drive('in PPP', () => inMode(ctx, bare, 'ppp', () => Promise.resolve(1)))).toBe(1);
    expect(clock.now() - start).toBeLessThan(10_000);
    expect(state.restarts).toBe(0);
    expect(uci).toEqual(before);
    await clock.drive('back', () => bringBackComposition(ctx, bare, 'qmi'));
    expect(state.restarts).toBe(0);
  });

  it('changes nothing where the router lacks packages for it, and names them', async () => {
    const { ctx, clock, rig } = bench();
    const lacking = { packages: ['umbim'], install: 'opkg update && opkg install umbim' };
    const bare = { ...rig, router: { ...rig.router, lacking: () => Promise.resolve(lacking) } };
    await expect(clock.drive('swap', () => swapMode(ctx, bare, 'mbim'))).rejects.toMatchObject({
      code: 'rig.lacks-packages',
      hint: expect.stringContaining('opkg install umbim'),
    });
  });
});
