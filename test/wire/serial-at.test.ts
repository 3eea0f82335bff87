import { describe, expect } from '@jest/globals';

import { createAtModem } from '../../harness/drivers/modem/at-modem.ts';
import { createRng } from '../../harness/core/chance.ts';
import { createNetwork } from '../../harness/sim/network/mobile-network.ts';
import { tMobileUs } from '../../harness/sim/network/operators.ts';
import { createModem } from '../../harness/sim/modem/modem.ts';
import { profileById } from '../../harness/sim/modem/profiles/index.ts';
import { openSerial } from '../../harness/transport/serial.ts';
import { fakeRouter } from '../support/fake-router.ts';
import { itWith } from '../support/it-with.ts';
import { openPty, type Pty } from '../support/pty.ts';
import { patientCtx, realCtx, stoppableRealClock } from '../support/real-ctx.ts';

const withPty = itWith('python3');

/** The emulated modem's AT port at the far end of a terminal of this machine; the router is asked for nothing. */
function emulated(pty: Pty, model: string) {
  const { clock, stop } = stoppableRealClock();
  const ctx = patientCtx(clock);
  const { timeline } = realCtx(clock);
  const rng = createRng('serial');
  const profile = profileById(model);
  const subscription = { apns: ['internet'] };
  const network = createNetwork({ clock, rng, timeline, operator: tMobileUs, subscription, faults: [] });
  const device = createModem({ clock, rng, timeline, profile, network });
  const port = device.openPort(model === 'ec25-a' ? 2 : 3);
  port?.setDtr(true);
  port?.onBytes((bytes) => pty.send(Buffer.from(bytes).toString('latin1')));
  pty.onText((text) => port?.write(Buffer.from(text, 'latin1')));
  const open = (c: typeof ctx): ReturnType<typeof openSerial> => openSerial(c, { path: pty.path });
  return { ctx, stop, device, modem: createAtModem(fakeRouter({}), model, { open }) };
}

describe('AT over a serial port of this machine', () => {
  withPty('asks a modem everything, one question after the other', async () => {
    const pty = await openPty();
    const { ctx, modem, stop } = emulated(pty, 'mc7455');
    const [identity, sim] = await Promise.all([modem.identity(ctx), modem.simState(ctx)]);
    expect(identity).toMatchObject({ model: 'MC7455' });
    expect(sim).toBe('ready');
    expect(await modem.readings(ctx)).toMatchObject({ supplyMv: 3300, powerState: 'Online' });
    await modem.compose(ctx, 'mbim');
    expect(await modem.composition(ctx)).toBe('mbim');
    await modem.allowBands(ctx, [2, 4]);
    await modem.release(ctx);
    stop();
    await pty.unplug();
  });

  withPty('tells silence and a port that went away, and opens it anew', async () => {
    const pty = await openPty();
    const { ctx, modem, device, stop } = emulated(pty, 'ec25-a');
    expect(await modem.at(ctx, 'AT')).toMatchObject({ ok: true });
    device.stall(true);
    await expect(modem.at(ctx, 'ATI', 30)).rejects.toMatchObject({
      code: 'modem.no-answer',
      data: { tty: pty.path },
    });
    device.stall(false);
    await modem.release(ctx);
    expect(await modem.at(ctx, 'AT')).toMatchObject({ ok: true });
    await pty.unplug();
    await expect(modem.at(ctx, 'AT', 2_000)).rejects.toMatchObject({
      code: expect.stringMatching(/^serial\.(?:gone|missing)$/),
    });
    stop();
  });
});
