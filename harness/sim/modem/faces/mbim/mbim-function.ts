import { qmiMessage } from '../../../../protocols/mbim/other-services.ts';
import type { FunctionOptions, ModemFunction } from '../../function.ts';
import { createControlQueue } from '../qmi/control-queue.ts';
import { createAnswerer } from './commands.ts';
import { createDataChannel, type DataChannelOptions } from './data-channel.ts';
import { createDialogue } from './dialogue.ts';
import type { MbimCall } from './handler.ts';
import { createNews } from './news.ts';
import { createQmiTunnel, type QmiTunnelOptions } from './qmi-tunnel.ts';
import { createSessions } from './sessions.ts';
import { freshSettings } from './settings.ts';
import { noTraffic } from './traffic.ts';
import { createWatch } from './watch.ts';

/** Numbers of the two interfaces that are one function: 12 and 13 of a Sierra's, 4 and 5 of a Quectel's. */
export interface MbimInterfaces {
  readonly control: number;
  readonly data: number;
}

/** A network function that is spoken to in MBIM (drivers/net/usb/cdc_mbim.c): control channel and transfer blocks. */
export function createMbimFunction(
  options: FunctionOptions,
  { control, data }: MbimInterfaces,
): ModemFunction {
  const { clock, profile, runtime } = options;
  const watch = createWatch(clock);
  let settings = freshSettings();
  const { channel, sessions, tunnel, answerer } = createDataSide(options, {
    interfaceNumber: data,
    filters: (id) => settings.filters.get(id) ?? [],
    onReset: () => dialogue.reset(),
    indicate: (frame) => dialogue.indicate(qmiMessage.service, qmiMessage.cid, frame),
  });
  const call: MbimCall = {
    clock,
    profile,
    runtime,
    sessions,
    get settings() {
      return settings;
    },
    planReports: () => news.plan(),
    lookAtSignal: () => news.look(),
    tellConfiguration: (session) => news.configured(session),
    until: watch.until,
  };
  const dialogue = createDialogue({
    clock,
    send: (message, kind) => queue.push(message, kind),
    onOpen: () => void (settings = freshSettings()),
    onClose: () => {
      news.stop();
      watch.forget();
      sessions.close();
      tunnel.forget();
    },
    answer: (command) => answerer(call, command, command.operation),
  });
  const news = createNews(call, (service, cid, information) => dialogue.indicate(service, cid, information));
  const queue = createControlQueue(control, {
    receive: (transfer) => dialogue.receive(transfer),
    unanswered: () => dialogue.unanswered,
    setDtr: () => undefined, // it has no line states
  });
  return {
    control: queue.host,
    network: channel.port,
    indicate: (what) => {
      watch.look();
      news.tell(what);
      tunnel.dispatcher.indicate(what);
    },
    vanish: () => {
      dialogue.reset();
      tunnel.dispatcher.close();
      channel.vanish();
      queue.vanish();
    },
  };
}

interface DataSideOptions extends Omit<DataChannelOptions, 'traffic'> {
  readonly indicate: QmiTunnelOptions['indicate'];
}

/** Sessions of MBIM, calls of the QMI inside it, and the channel that they share. */
function createDataSide(options: FunctionOptions, { indicate, ...parts }: DataSideOptions) {
  const traffic = noTraffic();
  const channel = createDataChannel({ ...parts, traffic });
  const sessions = createSessions(options.runtime, channel);
  const tunnel = createQmiTunnel({ ...options, sessions, channel, indicate });
  return { channel, sessions, tunnel, answerer: createAnswerer(options.profile, traffic, tunnel.handler) };
}
