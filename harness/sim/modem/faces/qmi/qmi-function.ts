import type { FunctionOptions, ModemFunction } from '../../function.ts';
import { createMultiplexedLink } from '../link/multiplexed-link.ts';
import { createControlQueue } from './control-queue.ts';
import { createDataPath } from './data-path.ts';
import { createQmiDispatcher } from './dispatcher.ts';

/** Of the host's end while 802.3 frames go through the channel; no descriptor names it. */
const HOST_ADDRESS = '02:15:6f:00:00:01';

/** A network function that is spoken to in QMI (drivers/net/usb/qmi_wwan.c): control channel and packets. */
export function createQmiFunction(options: FunctionOptions, interfaceNumber: number): ModemFunction {
  const { clock, profile, runtime, satellites } = options;
  const needsDtr = profile.qmi?.needsDtr ?? true;
  let listening = !needsDtr;
  const framing = profile.qmi?.framing ?? 'raw-ip';
  const link = createMultiplexedLink({
    interfaceNumber,
    framing: framing === 'either' ? 'ethernet' : framing,
    hostAddress: HOST_ADDRESS,
  });
  const dataPath = createDataPath(link, framing);
  const queue = createControlQueue(interfaceNumber, {
    receive: (frame) => {
      if (listening) dispatcher.receive(frame);
    },
    unanswered: () => dispatcher.unanswered,
    setDtr: (on) => {
      if (!needsDtr || on === listening) return;
      listening = on;
      if (!on) dispatcher.forget(); // the driver has let go of the function
    },
  });
  const dispatcher = createQmiDispatcher({
    clock,
    profile,
    runtime,
    satellites,
    dataPath,
    send: (frame, kind) => queue.push(frame, kind),
  });
  return {
    control: queue.host,
    network: link.port,
    indicate: (what) => dispatcher.indicate(what),
    vanish: () => {
      dispatcher.close();
      link.vanish();
      queue.vanish();
    },
  };
}
