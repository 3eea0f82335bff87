import type { Ms } from '../../../../core/units.ts';
import type { QmiCommand, TlvSpecs, TlvValues } from '../../../../protocols/qmi/declare.ts';
import type { RouterMachine } from '../../machine.ts';
import { createQmiClient, type QmiClient, type QmiReply } from '../wwan/qmi-client.ts';
import type { HandlerScript } from './handler-script.ts';

/** One run of uqmi on a small router. */
const UQMI_MS: Ms = 250;
/** `-t 1000`, as most calls of the handler have it. */
const PATIENCE: Ms = 1_000;

/** The runs of uqmi that a handler's script makes on its device. */
export interface UqmiRuns {
  /** A client of its own, the question, the client given back; undefined: no answer in time. */
  ask<Q extends TlvSpecs, A extends TlvSpecs>(
    service: QmiCommand['service'],
    command: QmiCommand<Q, A>,
    request: TlvValues<Q>,
    patience?: Ms,
  ): Promise<QmiReply<A> | undefined>;
  run<T>(body: (qmi: QmiClient) => Promise<T | undefined>): Promise<T | undefined>;
}

export function createUqmiRuns(machine: RouterMachine, script: HandlerScript, device: string): UqmiRuns {
  const run: UqmiRuns['run'] = async (body) => {
    await script.sleep(UQMI_MS);
    const port = machine.usb.openControl(device);
    if (!port) return undefined;
    const qmi = createQmiClient(machine.clock, port);
    try {
      return await body(qmi);
    } finally {
      qmi.close();
    }
  };
  return {
    run,
    ask: (service, command, request, patience = PATIENCE) =>
      run(async (qmi) => {
        const client = await qmi.allocate(service, patience);
        if (client === undefined) return undefined;
        const reply = await qmi.ask(command, request, client, patience);
        await qmi.release(service, client);
        return reply;
      }),
  };
}
