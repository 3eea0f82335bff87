import type { Cancel, Clock } from '../../../../core/clock.ts';
import * as loc from '../../../../protocols/qmi/loc.ts';
import { locEvent } from '../../../../protocols/qmi/loc.ts';
import type { TlvSpecs, TlvValues } from '../../../../protocols/qmi/declare.ts';
import { sentencesOf } from '../../satellites.ts';
import type { LocationSettings } from '../../stored.ts';
import type { QmiClient } from './client.ts';
import { handle, news, type QmiCall, type QmiHandler, type QmiNews, type QmiService } from './handler.ts';
import type { QmiServiceParts } from './service-parts.ts';

/**
 * From an answer to the outcome that follows it: the receiver is a processor of its own, and ModemManager listens for an
 * outcome only once it has the answer (mm-shared-qmi.c).
 */
const OUTCOME_MS = 100;
const EVENTS = 'events';
const MODES = [1, 2, 3, 4, 5, 6];
const LOCKS = [1, 2, 3, 4];

/** Location: sessions of clients, and settings that outlive them. */
export function createLoc({ clock, runtime, satellites, tell }: QmiServiceParts): QmiService {
  /** Their numbers. */
  const sessions = new Map<QmiClient, number>();

  const say = (client: QmiClient, event: bigint, what: (to: Listener) => QmiNews): void => {
    if (listensTo(client, event))
      tell(
        'loc',
        what((one) => one === client),
      );
  };
  const report = (client: QmiClient): void => {
    const { nmeaTypes } = runtime.state.stored.location;
    for (const text of sentencesOf(nmeaTypes)) {
      say(client, locEvent.nmea, (to) => news(loc.locNmea, { sentence: `${text}\r\n` }, to));
    }
    say(client, locEvent.satellites, (to) =>
      news(loc.locSatellites, { altitudeAssumed: false, list: [] }, to),
    );
  };
  const stopListening = satellites.listen(() => {
    for (const client of sessions.keys()) report(client);
  });
  const stop = (client: QmiClient): void => {
    sessions.delete(client);
    satellites.end(client);
  };
  const engine = (client: QmiClient, state: 'on' | 'off'): void =>
    say(client, locEvent.engineState, (to) => news(loc.locEngineState, { state }, to));

  const sessionHandlers: readonly QmiHandler[] = [
    handle(loc.locRegisterEvents, ({ client }, { events }) => {
      client.held.set(EVENTS, events);
      return { values: {} };
    }),
    handle(loc.locStart, ({ client }, { session: id }) => {
      sessions.set(client, id);
      satellites.begin(client);
      return { values: {}, afterwards: () => engine(client, 'on') };
    }),
    handle(loc.locStop, ({ client }, { session: id }) => {
      if (sessions.get(client) !== id) return { error: 'NoEffect' };
      stop(client);
      return { values: {}, afterwards: () => engine(client, 'off') };
    }),
  ];
  const outcomes = createOutcomes(clock, tell);
  return {
    service: 'loc',
    version: [2, 0],
    handlers: [...sessionHandlers, ...settingHandlers(outcomes.tell)],
    released: stop,
    close: () => {
      outcomes.forget();
      stopListening();
      for (const client of sessions.keys()) stop(client);
    },
  };
}

type Listener = (one: QmiClient) => boolean;

const listensTo = (client: QmiClient, event: bigint): boolean =>
  (((client.held.get(EVENTS) as bigint | undefined) ?? 0n) & event) !== 0n;

type Tell = QmiServiceParts['tell'];

interface Outcomes {
  readonly tell: Tell;
  /** Nobody hears those that are still to come. */
  forget(): void;
}

function createOutcomes(clock: Clock, tell: Tell): Outcomes {
  const coming = new Set<Cancel>();
  return {
    tell: (service, what) => {
      const cancel = clock.after(OUTCOME_MS, () => {
        coming.delete(cancel);
        tell(service, what);
      });
      coming.add(cancel);
    },
    forget: () => {
      for (const cancel of coming) cancel();
    },
  };
}

type Outcome = 'success' | 'general-failure' | 'invalid-parameter';

/** Answered at once; what it came to is told afterwards. */
function later<Q extends TlvSpecs, A extends TlvSpecs>(
  tell: Tell,
  {
    command,
    outcome,
  }: {
    readonly command: Parameters<typeof handle<Q, Record<never, never>>>[0];
    readonly outcome: Parameters<typeof news<A>>[0];
  },
  answer: (call: QmiCall, request: TlvValues<Q>) => { readonly status: Outcome } & Partial<TlvValues<A>>,
): QmiHandler {
  return handle(command, (call, request) => ({
    values: {},
    afterwards: () => {
      const values = answer(call, request as TlvValues<Q>) as unknown as TlvValues<A>;
      tell(
        'loc',
        news(outcome, values, (client) => client === call.client),
      );
    },
  }));
}

function settingHandlers(tell: Tell): readonly QmiHandler[] {
  const success = { status: 'success' } as const;
  const wrong = { status: 'invalid-parameter' } as const;
  const settings = ({ runtime }: QmiCall): LocationSettings => runtime.state.stored.location;
  const set = (call: QmiCall, change: Partial<LocationSettings>): typeof success => {
    call.runtime.input({ kind: 'store', change: { location: { ...settings(call), ...change } } });
    return success;
  };
  return [
    later(tell, loc.locSetNmeaTypes, (call, { types }) => set(call, { nmeaTypes: types & 0xffff })),
    later(tell, loc.locGetNmeaTypes, (call) => ({ ...success, types: settings(call).nmeaTypes })),
    later(tell, loc.locSetMode, (call, { mode }) => (MODES.includes(mode) ? set(call, { mode }) : wrong)),
    later(tell, loc.locGetMode, (call) => ({ ...success, mode: settings(call).mode })),
    later(tell, loc.locSetEngineLock, (call, { lock }) =>
      LOCKS.includes(lock) ? set(call, { lock }) : wrong,
    ),
    later(tell, loc.locGetEngineLock, (call) => ({ ...success, lock: settings(call).lock })),
    later(tell, loc.locSetServer, (call, { url, ipv4 }) =>
      url === undefined && ipv4 === undefined ? wrong : set(call, { server: { url, ipv4 } }),
    ),
    later(tell, loc.locGetServer, (call, { type }) => ({
      ...success,
      type,
      ipv4: settings(call).server.ipv4,
      url: settings(call).server.url ?? '',
    })),
    later(tell, loc.locDeleteAssistance, () => success),
    // As an EM7455 without XTRA answers (github.com/openwrt/packages issue 10565).
    later(tell, loc.locOrbitsSource, () => ({ status: 'general-failure' as const })),
    later(tell, loc.locOrbitsValidity, () => ({ status: 'general-failure' as const })),
    // It would find satellites sooner; there is no sky.
    later(tell, loc.locInjectTime, () => success),
    later(tell, loc.locInjectPosition, (_, { latitude, longitude }) =>
      latitude && longitude ? success : wrong,
    ),
  ];
}
