import { qmiCommand } from '../../../../protocols/qmi/declare.ts';
import type { QmiServiceName } from '../../../../protocols/qmi/services.ts';
import { handle, type QmiHandler } from './handler.ts';

/** Reset: what the client has asked to be told, and what else it has set up for itself, is forgotten. */
export function resetHandler(service: QmiServiceName): QmiHandler {
  const command = qmiCommand({ service, id: 0x0000, name: 'Reset', request: {}, response: {} });
  return handle(command, ({ client }) => {
    client.indications.clear();
    client.held.clear();
    return { values: {} };
  });
}
