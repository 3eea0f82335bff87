import type { QmiService } from '../handler.ts';
import type { QmiServiceParts } from '../service-parts.ts';
import { attachHandlers, bearerHandlers } from './bearer.ts';
import { DataCalls } from './calls.ts';
import {
  autoconnectHandlers,
  connectionHandlers,
  ownRequest,
  tellConnected,
  tellEnded,
} from './connection.ts';
import { currentSettingsHandlers } from './current-settings.ts';
import { endReports, eventReportHandlers } from './event-report.ts';
import type { WdsFace } from './face.ts';
import { profileHandlers } from './profiles.ts';

/** Wireless data service: data calls, and the profiles that they are made from. */
export function createWds({ clock, profile, runtime, dataPath, tell }: QmiServiceParts): QmiService {
  const calls = new DataCalls({
    clock,
    runtime,
    dataPath,
    onConnected: (call) => tellConnected(face, call),
    onEnded: (call, end) => tellEnded(face, call, end),
  });
  const face: WdsFace = {
    clock,
    profile,
    calls,
    dataPath,
    tell: (news) => tell('wds', news),
    reporters: new Set(),
  };
  return {
    service: 'wds',
    version: [1, 67],
    handlers: [
      ...connectionHandlers(face),
      ...autoconnectHandlers(face),
      ...currentSettingsHandlers(face),
      ...profileHandlers(face),
      ...bearerHandlers(face),
      ...attachHandlers(face),
      ...eventReportHandlers(face),
    ],
    indications: (_facts, what) => {
      // The calls say it themselves, to those whom it concerns.
      if (what.kind === 'bearerDown') calls.bearerDown(what.cid, what.by);
      const served = what.kind === 'registration' && what.packet;
      if (served && dataPath.autoconnects) calls.dialByItself(ownRequest(face, runtime));
      return [];
    },
    released: (client) => {
      endReports(face, client);
      calls.release(client);
    },
    close: () => calls.close(),
  };
}
