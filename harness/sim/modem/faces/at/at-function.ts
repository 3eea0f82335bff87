import type { FunctionOptions, ModemFunction } from '../../function.ts';
import { createSerialPort } from '../../serial-port.ts';
import { createAtPort } from './at-port.ts';

/** A serial function that speaks AT, and PPP in data state. */
export function createAtFunction(options: FunctionOptions, interfaceNumber: number): ModemFunction {
  const { clock, timeline, profile, runtime, satellites, faults } = options;
  const rng = options.rng.fork(`interface/${interfaceNumber}`);
  let calls = 0;
  const port = createSerialPort(interfaceNumber, {
    receive: (bytes) => face.receive(bytes),
    setDtr: (on) => face.setDtr(on),
  });
  const face = createAtPort({
    clock,
    timeline,
    profile,
    runtime,
    satellites,
    interfaceNumber,
    port,
    callRng: () => rng.fork(`call/${++calls}`),
    faults,
  });
  return {
    serial: port.host,
    indicate: (what) => face.indicate(what),
    vanish: () => {
      face.close();
      port.vanish();
    },
  };
}

/** A serial function without AT (DIAG): it swallows what it gets. */
export function createDeafFunction(interfaceNumber: number): ModemFunction {
  const port = createSerialPort(interfaceNumber, { receive: () => undefined, setDtr: () => undefined });
  return { serial: port.host, indicate: () => undefined, vanish: () => port.vanish() };
}
