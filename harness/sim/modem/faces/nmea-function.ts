import type { FunctionOptions, ModemFunction } from '../function.ts';
import { sentencesOf } from '../satellites.ts';
import { createSerialPort } from '../serial-port.ts';

/** More than any command; what is longer is none. */
const MAX_LINE = 64;

/**
 * The serial function that sentences come out of while the receiver looks, whoever made it look. A program that has
 * no other way starts it here with `$GPS_START` and ends it with `$GPS_STOP` (Qualcomm's Gobi modems).
 */
export function createNmeaFunction(options: FunctionOptions, interfaceNumber: number): ModemFunction {
  const { runtime, satellites } = options;
  let line = '';
  let isOpen = false;
  const port = createSerialPort(interfaceNumber, {
    receive: (bytes) => {
      const lines = (line + Buffer.from(bytes).toString('latin1')).split(/[\r\n]+/);
      line = (lines.pop() ?? '').slice(-MAX_LINE);
      for (const command of lines) {
        if (command === '$GPS_START') satellites.begin(port);
        if (command === '$GPS_STOP') satellites.end(port);
      }
    },
    setDtr: (on) => {
      isOpen = on;
    },
  });
  const stopListening = satellites.listen(() => {
    const { nmeaTypes, nmeaPort } = runtime.state.stored.location;
    if (!isOpen || !nmeaPort) return;
    for (const sentence of sentencesOf(nmeaTypes)) port.send(Buffer.from(`${sentence}\r\n`, 'latin1'));
  });
  return {
    serial: port.host,
    indicate: () => undefined,
    vanish: () => {
      stopListening();
      port.vanish();
    },
  };
}
