import type { Ctx } from '../../core/ctx.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Rig } from '../../rig/rig.ts';
import type { UsbDevice } from '../../rig/router.ts';
import { hangUp } from '../dial.ts';
import { cyclePower } from '../power.ts';
import { needsModem, needsRouter, type RescueRung } from './rung.ts';

/** How long a modem may take to leave USB after it was told to restart. */
const LEAVE_MS = 20_000;

/** AT!RESET, AT+CFUN=1,1: whatever the family takes. */
export const modemReset: RescueRung = {
  id: 'modem-reset',
  about: "restart the modem's firmware with its own command",
  limitMs: 90_000,
  skip: (_rig, seen) => needsModem(seen),
  climb: async (ctx, rig) => {
    await hangUp(ctx, rig); // in a call, the port does not answer AT
    const before = await modemOf(ctx, rig);
    await rig.modem.restart(ctx);
    await ctx.expect(
      'the modem leaves USB for its restart',
      async (c) => ((await modemOf(c, rig))?.number === before?.number ? undefined : true),
      LEAVE_MS,
      500,
    );
    return 'the modem restarted';
  },
};

/** The kernel lets go of the device and takes it again: as unplugging, without cutting its supply. */
export const usbAuthorize: RescueRung = {
  id: 'usb-authorize',
  about: 'take its authorisation on USB away and give it back',
  limitMs: 30_000,
  skip: (_rig, seen) =>
    needsRouter(seen) ??
    (seen.modem === 'absent' ? 'there is no device on USB that could be authorised' : undefined),
  climb: async (ctx, rig) => {
    const device = await modemOf(ctx, rig, [...rig.modem.usbIds.application, ...rig.modem.usbIds.bootLoader]);
    if (!device) throw gone();
    const path = `/sys/bus/usb/devices/${device.path}/authorized`;
    const { exitCode, stderr } = await rig.router.shell(
      ctx,
      `echo 0 > ${path} && sleep 1 && echo 1 > ${path}`,
    );
    if (exitCode !== 0) throw refused(path, stderr);
    return `${path}: 0, then 1`;
  },
};

/** The only thing that a firmware which hangs has to obey. */
export const modemPower: RescueRung = {
  id: 'modem-power',
  about: "cut the modem's own supply",
  limitMs: 60_000,
  skip: (rig, seen) => (rig.modemPower ? needsRouter(seen) : 'the rig has no switch for the modem alone'),
  climb: async (ctx, rig) => {
    if (!rig.modemPower) throw gone();
    await cyclePower(ctx, rig.modemPower);
    return `${rig.modemPower.name}: off and on`;
  },
};

async function modemOf(
  ctx: Ctx,
  rig: Rig,
  ids: readonly string[] = rig.modem.usbIds.application,
): Promise<UsbDevice | undefined> {
  const devices = await rig.router.usbDevices(ctx);
  return devices.find(({ vendorId, productId }) => ids.includes(`${vendorId}:${productId}`));
}

const gone = (): HarnessError =>
  new HarnessError('the modem left USB before anything could be done to it', {
    code: 'rescue.no-device',
    blame: 'dut',
    effect: 'none',
  });

const refused = (path: string, words: string): HarnessError =>
  new HarnessError(`the kernel did not take what was written to ${path}: ${words.trim()}`, {
    code: 'rescue.refused',
    blame: 'dut',
    effect: 'unknown',
  });
