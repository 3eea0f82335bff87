import type { QmiServiceName } from '../../../../protocols/qmi/services.ts';

/** A client id that CTL has handed out: it belongs to one service, and what it holds ends with it. */
export interface QmiClient {
  readonly service: QmiServiceName;
  readonly id: number;
  /** Ids of the indications that it has asked for (Register Indications, Set Event Report …). */
  readonly indications: Set<number>;
  /** What a service keeps for this client, by the service's own key: WDS its IP family. */
  readonly held: Map<string, unknown>;
}
