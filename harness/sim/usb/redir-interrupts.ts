import { redirStatus, type RedirPacket, type RedirPacketOf } from '../../protocols/usbredir/packets.ts';
import type { UsbDevice } from './device.ts';
import { statusOf } from './redir-info.ts';
import { noBytes, type Transfer } from './transfer.ts';

/** Interrupt endpoints on which the guest listens: what the device says there is pushed, without being asked for. */
export interface InterruptReceiving {
  start(packet: RedirPacketOf<'startInterruptReceiving'>): void;
  stop(packet: RedirPacketOf<'stopInterruptReceiving'>): void;
  /** Nobody listens any more. @returns the transfers that waited, for the caller to cancel */
  forget(): readonly Transfer[];
}

const IN = 0x80;
/** Bytes of the longest notification, and more. */
const MAX_INTERRUPT = 1_024;

/** @param send towards the guest */
export function createInterruptReceiving(
  device: UsbDevice,
  send: (packet: RedirPacket) => void,
): InterruptReceiving {
  /** By endpoint, the transfer that waits there. */
  const listening = new Map<number, Transfer>();

  /** Keeps one transfer waiting in the device for as long as the guest listens. */
  const listen = (endpoint: number): void => {
    const transfer: Transfer = {
      endpoint,
      data: noBytes,
      length: MAX_INTERRUPT,
      done: (status, data) => {
        if (listening.get(endpoint) !== transfer) return;
        listening.delete(endpoint);
        if (status === 'ok') {
          send({ kind: 'interrupt', id: 0n, endpoint, status: 0, length: data.length, data });
          listen(endpoint);
        } else if (status !== 'cancelled') {
          send({ kind: 'interruptReceivingStatus', id: 0n, status: statusOf(status), endpoint });
        }
      },
    };
    listening.set(endpoint, transfer);
    device.submit(transfer);
  };

  return {
    start: ({ id, endpoint }) => {
      if (listening.has(endpoint)) return;
      // A bulk endpoint would be drained, or fed with nothing, without end.
      const fits = isInterruptIn(device, endpoint);
      const status = fits ? redirStatus.success : redirStatus.invalid;
      send({ kind: 'interruptReceivingStatus', id, status, endpoint });
      if (fits) listen(endpoint);
    },
    stop: ({ id, endpoint }) => {
      const transfer = listening.get(endpoint);
      listening.delete(endpoint);
      if (transfer) device.cancel(transfer);
      send({ kind: 'interruptReceivingStatus', id, status: redirStatus.success, endpoint });
    },
    forget: () => {
      const waiting = [...listening.values()];
      listening.clear();
      return waiting;
    },
  };
}

function isInterruptIn(device: UsbDevice, endpoint: number): boolean {
  const ends = device.active().flatMap(({ endpoints }) => endpoints);
  return (endpoint & IN) !== 0 && ends.some((one) => one.address === endpoint && one.type === 'interrupt');
}
