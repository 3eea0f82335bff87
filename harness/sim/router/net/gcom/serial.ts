import type { Clock } from '../../../../core/clock.ts';
import type { Ms } from '../../../../core/units.ts';
import type { ModemPort } from '../../../modem/port.ts';

/** A tty as comgt reads it: characters that wait, and waiting for more. */
export interface Serial {
  /** False: the device is gone. */
  write(text: string): boolean;
  /** What has arrived and was not taken. */
  readonly buffer: string;
  /** Takes the first characters. */
  take(count: number): string;
  /** Resolves to false when nothing came until then (an instant of the clock). */
  more(until: Ms): Promise<boolean>;
  setDtr(on: boolean): void;
  close(): void;
}

/** @param onText hears what arrives at once (comecho). */
export function openSerial(
  clock: Clock,
  port: ModemPort,
  signal: AbortSignal,
  onText: (text: string) => void,
): Serial {
  let buffer = '';
  let gone = false;
  let wake: (() => void) | undefined;
  port.setDtr(true);
  port.onGone(() => {
    gone = true;
  });
  port.onBytes((bytes) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    buffer += text;
    onText(text);
    wake?.();
  });
  return {
    get buffer() {
      return buffer;
    },
    write: (text) => {
      if (!gone) port.write(Buffer.from(text, 'latin1'));
      return !gone;
    },
    take: (count) => {
      const taken = buffer.slice(0, count);
      buffer = buffer.slice(count);
      return taken;
    },
    more: (until) =>
      new Promise((resolve, reject) => {
        const settle = (f: () => void): void => {
          wake = undefined;
          cancel();
          signal.removeEventListener('abort', abort);
          f();
        };
        const abort = (): void => settle(() => reject(signal.reason as Error));
        const cancel = clock.after(until - clock.now(), () => settle(() => resolve(false)));
        wake = () => settle(() => resolve(true));
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
      }),
    setDtr: (on) => {
      if (!gone) port.setDtr(on);
    },
    close: () => {
      port.onBytes(undefined);
      port.onGone(undefined);
      if (!gone) port.setDtr(false); // the line discipline hangs up on last close (HUPCL)
    },
  };
}

/** A tty that somebody else reads: writes go through his ears, answers never reach this one. */
export function mutePort(interfaceNumber: number): ModemPort {
  return { interfaceNumber, write: () => {}, onBytes: () => {}, setDtr: () => {}, onGone: () => {} };
}
