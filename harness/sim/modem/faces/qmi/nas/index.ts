import type { Clock } from '../../../../../core/clock.ts';
import * as selection from '../../../../../protocols/qmi/nas/selection.ts';
import * as serving from '../../../../../protocols/qmi/nas/serving-system.ts';
import * as signal from '../../../../../protocols/qmi/nas/signal.ts';
import * as info from '../../../../../protocols/qmi/nas/system-info.ts';
import type { Indication } from '../../../turn.ts';
import { handle, type QmiFacts, type QmiHandler, type QmiNews, type QmiService } from '../handler.ts';
import { resetHandler } from '../reset.ts';
import { cellHandlers } from './cell.ts';
import { nameHandlers } from './names.ts';
import { networkHandlers, rejectNews } from './network.ts';
import { selectionHandlers } from './selection.ts';
import { servingSystemHandlers, servingSystemNews } from './serving-system.ts';
import { levelNews, signalHandlers, signalNews } from './signal.ts';
import { networkTimeNews, systemInfoHandlers, systemInfoNews } from './system-info.ts';

export interface NasParts {
  readonly clock: Clock;
  /** Says something to the clients of a service, unasked. */
  readonly tell: (service: 'nas', news: QmiNews) => void;
}

/** Network access: registration, cells and their signal, and which of them the modem may use. */
export function createNas({ clock, tell }: NasParts): QmiService {
  const handlers = [
    resetHandler('nas'),
    registration(tell),
    ...servingSystemHandlers,
    ...networkHandlers,
    ...systemInfoHandlers(clock),
    ...signalHandlers,
    ...selectionHandlers((news) => tell('nas', news)),
    ...cellHandlers,
    ...nameHandlers,
  ];
  const indications = ({ profile, runtime }: QmiFacts, { kind }: Indication): readonly QmiNews[] => {
    if (kind === 'sim') return [systemInfoNews(profile, runtime)];
    if (kind !== 'registration') return [];
    return [
      servingSystemNews(runtime),
      systemInfoNews(profile, runtime),
      ...signalNews(runtime),
      ...networkTimeNews(clock, runtime),
      ...rejectNews(runtime),
    ];
  };
  return { service: 'nas', version: [1, 25], handlers, indications };
}

const indicationOf = {
  systemSelectionPreference: selection.systemSelectionPreferenceIndication.id,
  servingSystem: serving.servingSystemIndication.id,
  networkTime: info.networkTimeIndication.id,
  systemInfo: info.systemInfoIndication.id,
  signalInfo: signal.signalInfoIndication.id,
  rfBand: signal.rfBandIndication.id,
} as const;

/** Whoever asks to hear of the level hears how it is: ModemManager, once it listens, asks no more. */
const registration = (tell: NasParts['tell']): QmiHandler =>
  handle(info.registerIndications, ({ client, runtime }, wishes) => {
    const set = (id: number, wanted: boolean | undefined): void => {
      if (wanted === true) client.indications.add(id);
      if (wanted === false) client.indications.delete(id);
    };
    for (const [name, id] of Object.entries(indicationOf)) set(id, wishes[name as keyof typeof indicationOf]);
    set(serving.networkReject.id, wishes.networkReject?.enabled);
    if (wishes.signalInfo !== true) return { values: {} };
    const told = levelNews(runtime, (one) => one === client);
    return { values: {}, afterwards: () => told.forEach((one) => tell('nas', one)) };
  });
