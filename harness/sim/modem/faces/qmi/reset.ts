import { qmiCommand } from '../../../../protocols/qmi/declare.ts';
import type { QmiServiceName } from '../../../../protocols/qmi/services.ts';
import { resetQmiClient } from './client.ts';
import { handle, type QmiHandler } from './handler.ts';

/** Reset: what the client has asked to be told, and what else it has set up for itself, is forgotten. */
export function resetHandler(service: QmiServiceName): QmiHandler {
  const command = qmiCommand({ service, id: 0x0000, name: 'Reset', request: {}, response: {} });
  return handle(command, ({ client }) => {
    resetQmiClient(client);
    return { values: {} };
  });
}
