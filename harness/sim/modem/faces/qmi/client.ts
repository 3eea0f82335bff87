import { servingSystemIndication } from '../../../../protocols/qmi/nas/serving-system.ts';
import type { QmiServiceName } from '../../../../protocols/qmi/services.ts';

/** A client id that CTL has handed out: it belongs to one service, and what it holds ends with it. */
export interface QmiClient {
  readonly service: QmiServiceName;
  readonly id: number;
  /** Ids of the indications that it gets: asked for (Register Indications, Set Event Report …), or from the start. */
  readonly indications: Set<number>;
  /** What a service keeps for this client, by the service's own key: WDS its IP family. */
  readonly held: Map<string, unknown>;
}

/**
 * What a client is told without asking for it. ModemManager switches Serving System off where it wants System Info
 * instead (common_enable_disable_unsolicited_registration_events_system_info); oFono waits for it and never asks.
 */
const FROM_THE_START: Partial<Record<QmiServiceName, readonly number[]>> = {
  nas: [servingSystemIndication.id],
};

export function createQmiClient(service: QmiServiceName, id: number): QmiClient {
  return { service, id, indications: new Set(FROM_THE_START[service]), held: new Map() };
}

/** As if it had just been handed out. */
export function resetQmiClient({ service, indications, held }: QmiClient): void {
  indications.clear();
  for (const id of FROM_THE_START[service] ?? []) indications.add(id);
  held.clear();
}
