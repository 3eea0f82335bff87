import {
  ctlAllocateClient,
  ctlGetVersionInfo,
  ctlReleaseClient,
  ctlSetDataFormat,
  ctlSetInstanceId,
  ctlSync,
} from '../../../../protocols/qmi/ctl.ts';
import { qmiService, qmiServiceName } from '../../../../protocols/qmi/services.ts';
import { linkProtocol } from '../../../../protocols/qmi/wda.ts';
import type { QmiClient } from './client.ts';
import type { QmiClients } from './clients.ts';
import type { DataFormat } from './data-path.ts';
import { handle, type QmiService } from './handler.ts';

export interface CtlOptions {
  readonly clients: QmiClients;
  readonly services: readonly QmiService[];
  readonly format: DataFormat;
  readonly release: (client: QmiClient) => void;
  readonly forget: () => void;
}

/** The control service: client ids, and what the other services are. */
export function createCtl({ clients, services, format, release, forget }: CtlOptions): QmiService {
  const version = [1, 5] as const;
  const known = [{ service: 'ctl' as const, version }, ...services].toSorted(
    (a, b) => qmiService[a.service] - qmiService[b.service],
  );
  return {
    service: 'ctl',
    version,
    handlers: [
      handle(ctlSetInstanceId, (_call, { id }) => ({ values: { link: id } })),
      handle(ctlGetVersionInfo, () => ({
        values: {
          services: known.map(({ service, version: [major, minor] }) => ({
            service: qmiService[service],
            major,
            minor,
          })),
        },
      })),
      handle(ctlAllocateClient, (_call, { service: number }) => {
        const service = services.find((candidate) => qmiService[candidate.service] === number)?.service;
        if (service === undefined) return { error: 'InvalidServiceType' };
        const client = clients.allocate(service);
        if (!client) return { error: 'ClientIdsExhausted' };
        return { values: { client: { service: number, client: client.id } } };
      }),
      handle(ctlReleaseClient, (_call, { client: { service: number, client: id } }) => {
        const service = qmiServiceName(number);
        if (service === undefined) return { error: 'InvalidServiceType' };
        const client = clients.find(service, id);
        if (!client) return { error: 'InvalidClientId' };
        // What the client held ends behind the answer, as do the indications about it.
        return {
          values: { client: { service: number, client: id } },
          afterwards: () => release(client),
        };
      }),
      handle(ctlSetDataFormat, (_call, { protocol }) => {
        if (protocol !== undefined) format.choose(protocol === linkProtocol.ethernet ? 'ethernet' : 'raw-ip');
        return { values: { protocol: linkProtocol[format.framing === 'ethernet' ? 'ethernet' : 'rawIp'] } };
      }),
      handle(ctlSync, () => {
        forget();
        return { values: {} };
      }),
    ],
  };
}
