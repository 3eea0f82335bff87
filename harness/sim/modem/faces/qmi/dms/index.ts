import type { TlvValues } from '../../../../../protocols/qmi/declare.ts';
import { eventReport, setEventReport } from '../../../../../protocols/qmi/dms/operation.ts';
import type { Indication } from '../../../turn.ts';
import { handle, news, type QmiFacts, type QmiHandler, type QmiNews, type QmiService } from '../handler.ts';
import { resetHandler } from '../reset.ts';
import type { QmiServiceParts } from '../service-parts.ts';
import { cardHandlers, pinStatus, uimStateOf } from './card.ts';
import { firmwareHandlers } from './firmware.ts';
import { identityHandlers } from './identity.ts';
import { memoryHandlers } from './memory.ts';
import { modeOf, operationHandlers } from './operation.ts';
import { swiHandlers } from './swi.ts';
import { timeHandlers } from './time.ts';

/** What a client can ask to be told, each by itself. */
const topics = ['operatingMode', 'pinState', 'uimState', 'wirelessDisable'] as const;

type Topic = (typeof topics)[number];

const eventReporting: QmiHandler = handle(setEventReport, ({ client }, wishes) => {
  for (const topic of topics) {
    const wanted = wishes[topic];
    if (wanted !== undefined) client.held.set(topic, wanted);
  }
  return { values: {} };
});

/** Device management: what the modem is, its card's PIN, and whether it is on. */
export function createDms({ clock, profile }: Pick<QmiServiceParts, 'clock' | 'profile'>): QmiService {
  const handlers = [
    resetHandler('dms'),
    eventReporting,
    ...identityHandlers,
    ...cardHandlers,
    ...operationHandlers,
    ...memoryHandlers,
    ...timeHandlers(clock),
    ...firmwareHandlers,
    ...swiHandlers,
  ];
  // github.com/sixfab/rpiShields issue 7.
  const version = profile.at.vendor === 'quectel' ? ([1, 0] as const) : ([1, 14] as const);
  return { service: 'dms', version, handlers, indications };
}

function indications({ runtime }: QmiFacts, { kind }: Indication): readonly QmiNews[] {
  const { sim, radio } = runtime.state;
  if (kind === 'sim') {
    return [report('pinState', pinStatus(sim)), report('uimState', { uimState: uimStateOf(sim) })];
  }
  if (kind !== 'functionality') return [];
  return [
    report('operatingMode', { operatingMode: modeOf(runtime.state) }),
    report('wirelessDisable', { wirelessDisable: radio.voters.wDisable }),
  ];
}

function report(topic: Topic, values: TlvValues<typeof eventReport.tlvs>): QmiNews {
  return news(eventReport, values, (client) => client.held.get(topic) === true);
}
