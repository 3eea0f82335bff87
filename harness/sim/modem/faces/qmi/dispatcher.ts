import type { Clock } from '../../../../core/clock.ts';
import { isHarnessError } from '../../../../core/errors.ts';
import { decodeTlvs, encodeTlvs, type TlvSpecs, type TlvValues } from '../../../../protocols/qmi/declare.ts';
import {
  encodeQmi,
  everyClient,
  qmiMessageName,
  readQmiFrame,
  readTlvs,
  type QmiFrame,
  type QmiHeader,
  type Tlv,
} from '../../../../protocols/qmi/message.ts';
import { encodeResult, type QmiErrorName } from '../../../../protocols/qmi/result.ts';
import { qmiService, qmiServiceName, type QmiServiceName } from '../../../../protocols/qmi/services.ts';
import type { ModemProfile } from '../../profile.ts';
import type { Runtime } from '../../runtime.ts';
import type { SatelliteReceiver } from '../../satellites.ts';
import type { Indication } from '../../turn.ts';
import { createQmiClient, type QmiClient } from './client.ts';
import { createQmiClients, type QmiClients } from './clients.ts';
import { createCtl } from './ctl.ts';
import type { DataPath } from './data-path.ts';
import type { QmiAnswer, QmiCall, QmiHandler, QmiNews, QmiService } from './handler.ts';
import { createQmiServices } from './services.ts';
import { supportedMessages } from './supported-messages.ts';

export interface QmiDispatcherOptions {
  readonly clock: Clock;
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  readonly satellites: SatelliteReceiver;
  /** Where the packets of its calls go. */
  readonly dataPath: DataPath;
  /** Gets whole QMUX frames. */
  readonly send: (frame: Uint8Array, kind: 'response' | 'indication') => void;
}

/** QMI itself, whatever carries its frames: a QMI function's control channel, or MBIM. */
export interface QmiDispatcher {
  /** Commands taken that have not been answered. */
  readonly unanswered: number;
  readonly clients: number;
  /** One whole QMUX frame. What is no frame is dropped, as nobody could be answered. */
  receive(frame: Uint8Array): void;
  indicate(what: Indication): void;
  /** The host is gone: every client with what it holds. Calls of the modem's own (autoconnect) stay. */
  forget(): void;
  /** For good: the device leaves USB. */
  close(): void;
}

export function createQmiDispatcher(options: QmiDispatcherOptions): QmiDispatcher {
  return new Dispatcher(options);
}

const handlersOf = (services: Iterable<QmiService>): ReadonlyMap<number, QmiHandler> =>
  new Map(
    [...services].flatMap((service) =>
      [supportedMessages(service), ...service.handlers].map((handler) => [
        key(service.service, handler.command.id),
        handler,
      ]),
    ),
  );

const controlClient = createQmiClient('ctl', 0);

class Dispatcher implements QmiDispatcher {
  readonly #options: QmiDispatcherOptions;
  readonly #clients: QmiClients = createQmiClients();
  readonly #services: ReadonlyMap<QmiServiceName, QmiService>;
  /** Made when somebody first asks: a modem that nobody speaks QMI to enumerates without. */
  #handlers: ReadonlyMap<number, QmiHandler> | undefined;
  /** Indications so far. */
  readonly #told = new WeakMap<QmiClient, number>();
  #unanswered = 0;
  #open = true;

  constructor(options: QmiDispatcherOptions) {
    this.#options = options;
    const { clock, profile, runtime, satellites, dataPath } = options;
    const services = createQmiServices({
      clock,
      profile,
      runtime,
      satellites,
      dataPath,
      tell: (service, news) => this.#tell(service, news),
    });
    const ctl = createCtl({
      clients: this.#clients,
      services,
      format: dataPath,
      release: (client) => this.#release(client),
      forget: () => this.forget(),
    });
    this.#services = new Map([ctl, ...services].map((service) => [service.service, service]));
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  get clients(): number {
    return this.#clients.count;
  }

  receive(bytes: Uint8Array): void {
    const frame = tryRead(() => readQmiFrame(bytes));
    if (typeof frame === 'string' || frame.header.kind !== 'request') return;
    this.#dispatch(frame);
  }

  indicate(what: Indication): void {
    const { profile, runtime, clock } = this.#options;
    const facts = { profile, runtime, now: () => clock.now() };
    for (const { service, indications } of this.#services.values()) {
      for (const news of indications?.(facts, what) ?? []) this.#tell(service, news);
    }
  }

  forget(): void {
    for (const client of this.#clients.clear()) this.#services.get(client.service)?.released?.(client);
  }

  close(): void {
    this.#open = false;
    this.forget();
    for (const { close } of this.#services.values()) close?.();
  }

  #dispatch({ header, body }: QmiFrame): void {
    const { service: number, id } = header;
    const service = qmiServiceName(number);
    if (service === undefined || !this.#services.has(service)) {
      return this.#refuse(header, 'InvalidServiceType');
    }
    const client = service === 'ctl' ? controlClient : this.#clients.find(service, header.client);
    if (!client) return this.#refuse(header, 'InvalidClientId');
    this.#handlers ??= handlersOf(this.#services.values());
    const handler = this.#handlers.get(key(service, id));
    if (!handler) return this.#refuse(header, 'InvalidQmiCommand');
    const what = qmiMessageName(number, id);
    const request = tryRead(() => decodeTlvs(handler.command.request, readTlvs(body, what), what).values);
    if (typeof request === 'string') return this.#refuse(header, request);
    return this.#answer(header, handler, client, request);
  }

  #answer(header: QmiHeader, handler: QmiHandler, client: QmiClient, request: TlvValues<TlvSpecs>): void {
    const { profile, runtime, clock } = this.#options;
    const { transaction } = header;
    const call: QmiCall = { profile, runtime, client, transaction, now: () => clock.now() };
    const answer = handler.answer(call, request as never);
    if (!(answer instanceof Promise)) return this.#respond(header, handler, answer);
    this.#unanswered++;
    void answer.then((late) => {
      this.#unanswered--;
      this.#respond(header, handler, late);
    });
    return undefined;
  }

  #respond(header: QmiHeader, { command }: QmiHandler, answer: QmiAnswer<TlvSpecs>): void {
    const values = answer.values ?? {};
    const tlvs = encodeTlvs(command.response, values);
    this.#send(header, 'error' in answer ? answer.error : 'None', tlvs);
    answer.afterwards?.();
  }

  #refuse(header: QmiHeader, error: QmiErrorName): void {
    this.#send(header, error, []);
  }

  #send(header: QmiHeader, error: QmiErrorName, tlvs: readonly Tlv[]): void {
    if (!this.#open) return;
    const frame = encodeQmi({ ...header, kind: 'response', tlvs: [encodeResult(error), ...tlvs] });
    this.#options.send(frame, 'response');
  }

  #tell(service: QmiServiceName, { indication, values, to }: QmiNews): void {
    if (!this.#open) return;
    const clients = this.#clients.of(service).filter((client) => to?.(client) ?? true);
    if (clients.length === 0) return;
    const tlvs = encodeTlvs(indication.tlvs, values as TlvValues<TlvSpecs>);
    const send = (client: number, transaction: number): void => {
      const header = { service: qmiService[service], client, transaction, id: indication.id };
      this.#options.send(encodeQmi({ ...header, kind: 'indication', tlvs }), 'indication');
    };
    if (!to) return send(everyClient, 0);
    for (const client of clients) send(client.id, this.#countTold(client));
  }

  /**
   * An MC7430 numbers what it tells a client from 1 on, an MC7304 numbers nothing (oFono, "qmimodem: set data format and
   * notifications"): a host that takes every number for an answer's is caught out by the former.
   */
  #countTold(client: QmiClient): number {
    if (this.#options.profile.qmi?.framing === 'either') return 0;
    const count = ((this.#told.get(client) ?? 0) + 1) & 0xffff;
    this.#told.set(client, count);
    return count;
  }

  #release(client: QmiClient): void {
    this.#clients.release(client);
    this.#services.get(client.service)?.released?.(client);
  }
}

function key(service: QmiServiceName, id: number): number {
  return qmiService[service] * 0x1_0000 + id;
}

/** What was read, or the error that a modem answers for what can't be. */
function tryRead<T extends object>(read: () => T): T | QmiErrorName {
  try {
    return read();
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    if (error.code === 'qmi.missing-tlv') return 'MissingArgument';
    if (error.code === 'binary.unknown-value') return 'InvalidArgument';
    if (error.code.startsWith('binary.') || error.code.startsWith('qmi.')) return 'MalformedMessage';
    throw error;
  }
}
