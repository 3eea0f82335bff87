import { createRng } from '../../harness/core/chance.ts';
import { cardFor, inMode, parseSim } from '../../harness/lab/modem-options.ts';
import { createModem, type EmulatedModem } from '../../harness/sim/modem/modem.ts';
import { profileById } from '../../harness/sim/modem/profiles/index.ts';
import { createNetwork } from '../../harness/sim/network/mobile-network.ts';
import { openPty } from './pty.ts';
import { paced, realCtx, stoppableRealClock } from './real-ctx.ts';

/** An emulated modem whose control channel is a terminal of this machine. */
export interface TerminalModem {
  /** What a tool opens in place of /dev/cdc-wdm0: libqmi, libmbim, uqmi and umbim take any character device. */
  readonly path: string;
  readonly modem: EmulatedModem;
  close(): Promise<void>;
}

/** Its firmware lives so many times as fast: it registers before a tool has started. */
const HASTE = 20;

/** @param sim as `wwanlab modem serve --sim` takes it */
export async function openTerminalModem(
  model: string,
  mode: 'qmi' | 'mbim',
  sim: string,
): Promise<TerminalModem> {
  const real = stoppableRealClock();
  const clock = paced(real.clock, HASTE);
  const { rng, timeline } = { ...realCtx(clock), rng: createRng('terminal') };
  const subscription = { apns: ['internet'] };
  const network = createNetwork({ clock, rng: rng.fork('network'), timeline, subscription, faults: [] });
  const profile = inMode(profileById(model), mode);
  const card = cardFor(parseSim(sim));
  const modem = createModem({ clock, rng: rng.fork('modem'), timeline, profile, network, sim: card });
  const pty = await openPty();
  connectControl(modem, mode, pty);
  return {
    path: pty.path,
    modem,
    close: async () => {
      real.stop();
      await pty.unplug();
    },
  };
}

/** A terminal carries a stream: messages towards the modem are told apart by the lengths in their heads. */
function connectControl(
  modem: EmulatedModem,
  mode: 'qmi' | 'mbim',
  pty: Awaited<ReturnType<typeof openPty>>,
): void {
  const role = mode === 'qmi' ? 'qmi' : 'mbim-control';
  const number = modem.usb?.interfaces.find((usb) => usb.role === role)?.number;
  const control = number === undefined ? undefined : modem.openControl(number);
  if (!control) throw new Error(`${modem.profile.id} has no ${mode}`);
  control.setDtr(true);
  control.onReadable(() => {
    for (let message = control.receive(); message; message = control.receive()) {
      pty.send(Buffer.from(message).toString('latin1'));
    }
  });
  let stream = Buffer.alloc(0);
  pty.onText((text) => {
    stream = Buffer.concat([stream, Buffer.from(text, 'latin1')]);
    for (let length = lengthOf(stream, mode); length <= stream.length; length = lengthOf(stream, mode)) {
      control.send(Uint8Array.from(stream.subarray(0, length)));
      stream = stream.subarray(length);
    }
  });
}

/** Of the message at the head of a stream: QMUX counts all behind its first byte, MBIM itself (MBIM 1.0, 9.1). */
function lengthOf(stream: Buffer, mode: 'qmi' | 'mbim'): number {
  if (mode === 'qmi') return stream.length < 3 ? Infinity : stream.readUInt16LE(1) + 1;
  return stream.length < 8 ? Infinity : stream.readUInt32LE(4);
}
