import type { QmiServiceName } from '../../../../protocols/qmi/services.ts';
import { createQmiClient, type QmiClient } from './client.ts';

/** Of one service at a time. What firmware allows is not published; a host that leaks ids meets the limit soon. */
export const maxClientsOfService = 32;
const LAST_ID = 254;

/** The client ids that CTL has handed out. */
export interface QmiClients {
  readonly count: number;
  /** Undefined: none is left. Ids rise, so that one that was given back is not soon somebody else's. */
  allocate(service: QmiServiceName): QmiClient | undefined;
  find(service: QmiServiceName, id: number): QmiClient | undefined;
  of(service: QmiServiceName): readonly QmiClient[];
  release(client: QmiClient): void;
  /** All of them are void, and numbers start at 1 again. */
  clear(): readonly QmiClient[];
}

export function createQmiClients(): QmiClients {
  const byService = new Map<QmiServiceName, Map<number, QmiClient>>();
  const last = new Map<QmiServiceName, number>();
  const idsOf = (service: QmiServiceName): Map<number, QmiClient> => byService.get(service) ?? new Map();
  return {
    get count() {
      return [...byService.values()].reduce((sum, ids) => sum + ids.size, 0);
    },
    allocate: (service) => {
      const ids = idsOf(service);
      if (ids.size >= maxClientsOfService) return undefined;
      let id = last.get(service) ?? 0;
      do id = (id % LAST_ID) + 1;
      while (ids.has(id));
      const client = createQmiClient(service, id);
      byService.set(service, ids.set(id, client));
      last.set(service, id);
      return client;
    },
    find: (service, id) => idsOf(service).get(id),
    of: (service) => [...idsOf(service).values()],
    release: (client) => void idsOf(client.service).delete(client.id),
    clear: () => {
      const all = [...byService.values()].flatMap((ids) => [...ids.values()]);
      byService.clear();
      last.clear();
      return all;
    },
  };
}
