import type { Cancel } from '../../../../core/clock.ts';
import {
  packetService,
  registerState,
  signalState,
} from '../../../../protocols/mbim/basic-connect/registration.ts';
import { connect, ipConfiguration } from '../../../../protocols/mbim/basic-connect/session.ts';
import { radioState, subscriberReadyStatus } from '../../../../protocols/mbim/basic-connect/subscriber.ts';
import { encodeBuffer } from '../../../../protocols/mbim/buffer.ts';
import type { MbimCommand } from '../../../../protocols/mbim/declare.ts';
import { phonebookConfiguration } from '../../../../protocols/mbim/phonebook.ts';
import { smsConfiguration, smsMessageStoreStatus, smsRead } from '../../../../protocols/mbim/sms.ts';
import { mbimService } from '../../../../protocols/mbim/services.ts';
import { causeNumber } from '../../runtime.ts';
import type { Indication } from '../../turn.ts';
import { configuration, connection } from './connection.ts';
import type { MbimCall } from './handler.ts';
import { packetStatus, registerStatus } from './registration.ts';
import type { MbimSession } from './sessions.ts';
import { phonebookState } from './phonebook.ts';
import { signalStatus } from './signal.ts';
import { textConfiguration, textReport } from './sms.ts';
import { radioStatus, readyStatus } from './subscriber.ts';

/** What the function tells the host unasked (INDICATE_STATUS, MBIM 1.0 9.4.5). */
export interface News {
  /** The host wants signal reports at another interval. */
  plan(): void;
  /** The signal may be another than the host was told: that is worth a report if it has changed by its threshold. */
  look(): void;
  /** A session that the host asked for has its addresses (MBIM 1.0, 10.5.21). */
  configured(session: MbimSession): void;
  /** The function was closed. */
  stop(): void;
  tell(what: Indication): void;
}

/** Steps of RSSI that are worth a report where the host named none: 10 dB. */
const RSSI_STEP = 5;
/** Seconds. A timer can't be longer than 2^31 ms. */
const LONGEST_INTERVAL = 86_400;

export function createNews(
  call: MbimCall,
  send: (service: string, cid: number, information: Uint8Array) => void,
): News {
  const teller = createTeller(call, send);
  const signal = createSignalReports(call, teller);
  const { runtime, sessions } = call;

  const ended = (cid: number): void => {
    const session = sessions.ended(cid);
    if (!session) return;
    const { lastEnd } = runtime.state;
    const nwError = lastEnd ? causeNumber(lastEnd.cause) : 0;
    const { contextType } = session;
    teller.tell(connect, { ...connection(session.id, undefined), contextType, nwError });
  };

  return {
    plan: signal.plan,
    look: signal.look,
    configured: (session) => {
      if (session.state !== 'activated') return;
      teller.tell(ipConfiguration, configuration(session.id, session.session));
    },
    stop: () => {
      signal.stop();
      teller.forget();
    },
    tell: (what) => {
      const { state } = runtime;
      switch (what.kind) {
        case 'sim':
          teller.tell(subscriberReadyStatus, readyStatus(state));
          // Messages can be worked with from now on (MBIM 1.0, 10.6.1).
          if (state.sim.state === 'ready') teller.tell(smsConfiguration, textConfiguration(state));
          return undefined;
        case 'phonebook':
          return teller.tell(phonebookConfiguration, phonebookState(state));
        case 'functionality':
          return teller.tellChange(radioState, radioStatus(state));
        case 'registration':
          teller.tell(registerState, registerStatus(state));
          if (what.packet) teller.tellChange(packetService, packetStatus(call));
          return signal.look();
        case 'text': {
          const report = textReport(state, what);
          if ('stored' in report) return teller.tell(smsMessageStoreStatus, report.stored);
          return teller.tell(smsRead, report.message);
        }
        case 'bearerDown':
          return ended(what.cid);
        default:
          return undefined;
      }
    },
  };
}

interface Teller {
  /** Sends it if the host wants it. */
  tell<Q, S, R>(command: MbimCommand<Q, S, R>, values: R): void;
  /** Nothing is told twice. */
  tellChange<Q, S, R>(command: MbimCommand<Q, S, R>, values: R): void;
  forget(): void;
}

function createTeller(
  call: MbimCall,
  send: (service: string, cid: number, information: Uint8Array) => void,
): Teller {
  /** By cid of BASIC_CONNECT. */
  const told = new Map<number, string>();
  const tell: Teller['tell'] = ({ service, cid, response }, values) => {
    if (wants(call, { service, cid })) send(service, cid, encodeBuffer(response, values));
  };
  return {
    tell,
    tellChange: (command, values) => {
      const information = encodeBuffer(command.response, values).join();
      if (told.get(command.cid) === information) return;
      told.set(command.cid, information);
      tell(command, values);
    },
    forget: () => told.clear(),
  };
}

interface SignalReports {
  plan(): void;
  look(): void;
  stop(): void;
}

function createSignalReports(call: MbimCall, teller: Teller): SignalReports {
  let cancel: Cancel = () => undefined;
  const report = (): void => {
    const { settings, runtime } = call;
    const values = signalStatus(runtime.state.registration);
    settings.reportedRssi = values.rssi;
    const { signalInterval: interval, rssiThreshold, errorRateThreshold } = settings;
    teller.tell(signalState, { ...values, interval, rssiThreshold, errorRateThreshold });
  };
  const plan = (): void => {
    cancel();
    const seconds = Math.min(call.settings.signalInterval, LONGEST_INTERVAL);
    if (seconds === 0) return;
    cancel = call.clock.after(seconds * 1_000, () => {
      plan();
      report();
    });
  };
  return {
    plan,
    stop: () => cancel(),
    look: () => {
      const { rssiThreshold, reportedRssi } = call.settings;
      const { rssi } = signalStatus(call.runtime.state.registration);
      if (Math.abs(rssi - reportedRssi) >= (rssiThreshold || RSSI_STEP)) report();
    },
  };
}

/** Until the host names events, everything of MBIM itself is told, and QMI (MBIM 1.0, 10.5.29). */
function wants({ settings }: MbimCall, { service, cid }: { service: string; cid: number }): boolean {
  const { subscribed } = settings;
  if (!subscribed) return service !== mbimService.qmi;
  const cids = subscribed.get(service);
  return cids !== undefined && (cids.size === 0 || cids.has(cid));
}
