import type { Ctx } from '../../core/ctx.ts';
import { createSyslogSplitter } from '../../protocols/syslog/framing.ts';
import { logLine, parseSyslog } from '../../protocols/syslog/message.ts';
import type { SyslogPort } from './port.ts';

export interface SyslogReceiver {
  readonly port: number;
  close(): Promise<void>;
}

/** Connections and losses that are worth a word only where they are the router's. */
export interface SyslogHearer {
  line(line: string, from: string): void;
  connected(from: string): void;
  gap(reason: string, from: string): void;
}

/** How often this machine is asked whether it has dropped datagrams. */
const LOOK_EVERY = 5_000;

/** Opens a port and tells what comes in there, line by line. @throws HarnessError `socket.…` */
export async function receiveSyslog(
  ctx: Ctx,
  port: SyslogPort,
  hearer: SyslogHearer,
): Promise<SyslogReceiver> {
  const hear = (bytes: Uint8Array, from: string): void => {
    // A message may end with a newline also where its length is known; OpenWrt's always does.
    const text = new TextDecoder().decode(bytes).replace(/[\r\n\0]+$/, '');
    if (text !== '') hearer.line(logLine(parseSyslog(text)), from);
  };
  const listener = await port.listen({
    datagram: hear,
    connection: (channel, from) => {
      const splitter = createSyslogSplitter((bytes) => hear(bytes, from));
      hearer.connected(from);
      channel.onBytes((bytes) => splitter.push(bytes));
      channel.onClose(() => {
        const cut = splitter.end();
        if (!closed) hearer.gap(`the connection ended${cut > 0 ? ' amid a message' : ''}`, from);
      });
    },
  });
  let closed = false;
  let known = 0;
  let cancel: () => void = () => undefined;
  const look = (): void => {
    const dropped = listener.dropped() ?? 0;
    if (dropped > known) hearer.gap(`this machine has dropped ${dropped - known} datagrams`, '');
    known = dropped;
  };
  const lookAgain = (): void => {
    look();
    cancel = ctx.clock.after(LOOK_EVERY, lookAgain);
  };
  // What can't be lost on this side need not be asked for, and in virtual time a clock that always ticks hides a deadlock.
  if (port.protocol === 'udp' && !ctx.clock.virtual) lookAgain();
  return {
    port: listener.port,
    close: async () => {
      if (closed) return;
      closed = true;
      cancel();
      look();
      await listener.close();
    },
  };
}
