import { statSync } from 'node:fs';
import { SerialPort } from 'serialport';
import type { Clock } from '../core/clock.ts';
import type { Ctx } from '../core/ctx.ts';
import { HarnessError, messageOf } from '../core/errors.ts';
import type { Channel } from './channel.ts';

export interface SerialSettings {
  /** `/dev/serial/by-id/usb-Sierra_…-if03-port0`: a path that stays the same whatever else is plugged in. */
  readonly path: string;
  /** Bits per second; 115,200 by default. USB modems ignore it. */
  readonly baudRate?: number;
}

export interface SerialChannel extends Channel {
  /** Sets modem control lines. False where the device has none: a pseudo-terminal. */
  setLines(lines: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<boolean>;
}

/**
 * Opens a serial port of this machine, 8N1 without flow control, locked against other programs.
 * @throws HarnessError `serial.missing`, `serial.busy`, `serial.no-access`, `serial.failed`; all with blame `rig`
 */
export async function openSerial(ctx: Ctx, settings: SerialSettings): Promise<SerialChannel> {
  const { path, baudRate = 115_200 } = settings;
  const port = new SerialPort({ path, baudRate, autoOpen: false, lock: true });
  const opened = new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(openingFailed(path, error)) : resolve()));
  });
  await ctx.clock.outside(opened);
  return channelOver(ctx.clock, port, path);
}

function channelOver(clock: Clock, port: SerialPort, path: string): SerialChannel {
  const early: Uint8Array[] = [];
  let onBytes: ((bytes: Uint8Array) => void) | undefined;
  let onClose: ((error?: HarnessError) => void) | undefined;
  /** How it ended, for a listener that comes later. */
  let end: { readonly error: HarnessError | undefined } | undefined;
  let wanted = false;

  const finish = (error: HarnessError | undefined): void => {
    if (end) return;
    end = { error };
    unwatch();
    if (port.isOpen) port.close();
    onClose?.(error);
  };
  const unwatch = watchNode(clock, path, () => finish(unplugged(path, null)));
  port.on('data', (bytes: Buffer) => (onBytes ? onBytes(bytes) : early.push(bytes)));
  port.on('error', (error) => finish(wanted ? undefined : unplugged(path, error)));
  port.on('close', (error: Error | null) => finish(wanted ? undefined : unplugged(path, error)));

  return {
    name: path,
    onBytes(f) {
      onBytes = f;
      for (const bytes of early.splice(0)) f(bytes);
    },
    onClose(f) {
      onClose = f;
      if (end) f(end.error);
    },
    write: (bytes) => {
      if (!end) port.write(Buffer.from(bytes));
    },
    close: () => {
      wanted = true;
      if (port.isOpen) port.close();
    },
    setLines: (lines) =>
      new Promise((resolve) => {
        port.set(lines, (error) => resolve(!error));
      }),
  };
}

/** How often to look whether the device is there still. */
const LOOK_EVERY = 250;

/**
 * Calls `onGone` when the node in /dev was removed or replaced. A terminal that was hung up reads as end of file, which
 * serialport takes for "nothing yet" and reads again, for ever: only sometimes does it notice by itself.
 */
function watchNode(clock: Clock, path: string, onGone: () => void): () => void {
  const opened = nodeOf(path);
  let cancel: () => void;
  const look = (): void => {
    if (nodeOf(path) !== opened) onGone();
    else cancel = clock.after(LOOK_EVERY, look);
  };
  cancel = clock.after(LOOK_EVERY, look);
  return () => cancel();
}

function nodeOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}:${stat.rdev}`;
}

/** The binding gives errors of open(2) as text alone. */
function openingFailed(path: string, cause: Error): HarnessError {
  const said = messageOf(cause);
  if (/no such (?:file|device)/i.test(said)) {
    return serialError(
      'serial.missing',
      `there is no ${path}`,
      'is it plugged in, and does its driver know it?',
      cause,
    );
  }
  if (/cannot lock|busy|temporarily unavailable/i.test(said)) {
    return serialError(
      'serial.busy',
      `${path} is in use by another program`,
      `\`fuser -v ${path}\` tells which`,
      cause,
    );
  }
  if (/permission denied/i.test(said)) {
    const hint = 'add this user to the group that owns it, as a rule `dialout`';
    return serialError('serial.no-access', `${path} may not be opened by this user`, hint, cause);
  }
  if (/inappropriate ioctl|is a directory|not a (?:tty|terminal)/i.test(said)) {
    const hint = 'see which there are: ls -l /dev/serial/by-id/';
    return serialError('serial.not-a-port', `${path} is no serial port`, hint, cause);
  }
  return serialError('serial.failed', `${path} cannot be opened: ${said}`, undefined, cause);
}

function unplugged(path: string, cause: Error | null): HarnessError {
  const hint = 'was it unplugged, or did the device behind it reset?';
  return serialError('serial.gone', `${path} has gone away`, hint, cause ?? undefined, 'unknown');
}

function serialError(
  code: `serial.${string}`,
  message: string,
  hint: string | undefined,
  cause: Error | undefined,
  effect: 'none' | 'unknown' = 'none',
): HarnessError {
  return new HarnessError(message, { code, blame: 'rig', effect, hint, cause });
}
