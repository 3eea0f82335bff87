import type { Cancel, Clock } from '../core/clock.ts';
import type { SyslogPort } from '../drivers/syslog/port.ts';
import type { Channel } from '../transport/channel.ts';
import { connectSocket } from '../transport/socket.ts';
import { lan, LOG_PORT } from '../virtual/qemu/arguments.ts';

const AGAIN_AFTER = 500;

/** The syslog server of a virtual machine: QEMU holds it, and we are connected to it whenever the machine runs. */
export function guestSyslogPort(clock: Clock, { logSocket }: { readonly logSocket: string }): SyslogPort {
  return {
    protocol: 'tcp',
    host: lan.log,
    listen: async ({ connection }) => {
      let channel: Channel | undefined;
      let closed = false;
      let cancel: Cancel = () => undefined;
      const again = (): void => {
        channel = undefined;
        if (!closed) cancel = clock.after(AGAIN_AFTER, () => void connect());
      };
      const connect = async (): Promise<void> => {
        const opened = await connectSocket({ kind: 'unix', path: logSocket }).catch(() => undefined);
        if (!opened) return again();
        if (closed) return opened.close();
        channel = opened;
        // Before its own listener hears of the end: who listens has one place for it.
        connection({ ...opened, onClose: (f) => opened.onClose((error) => (again(), f(error))) }, lan.guest);
      };
      await connect();
      return {
        port: LOG_PORT,
        dropped: () => 0,
        close: async () => {
          closed = true;
          cancel();
          channel?.close();
        },
      };
    },
  };
}
