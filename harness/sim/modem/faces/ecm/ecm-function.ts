import type { Cancel } from '../../../../core/clock.ts';
import { addressBytes } from '../../../../protocols/ip/address.ts';
import { macBytes } from '../../../../protocols/ethernet/frame.ts';
import type { Session } from '../../../network/network.ts';
import { sameBytes } from '../../../network/internet/internet.ts';
import type { FunctionOptions, ModemFunction } from '../../function.ts';
import type { NetworkPort } from '../../port.ts';
import { createEthernetEnd, type EthernetEnd } from '../link/ethernet.ts';
import { createInnerRouter, leasedAddress, type InnerRouter } from './router.ts';

/** Of the host's end: what the iMACAddress string of the Ethernet functional descriptor says. */
const HOST_ADDRESS = '02:15:6f:00:00:02';
const MODEM_ADDRESS = '02:15:6f:00:00:01';
/** The context that the modem's own data call uses. */
const CID = 1;
/** From the end of a data call, or a refusal, to the next try. */
const REDIAL_MS = 5_000;
const OWN_WAITING = 64;

/**
 * CDC ECM (usbnet 1 of Quectel's): a router in the modem, which sets its data call up by itself and tells the host by
 * the carrier. `interfaceNumber` is the control interface's; the data interface is the next one.
 */
export function createEcmFunction(options: FunctionOptions, interfaceNumber: number): ModemFunction {
  const ecm = new Ecm(options, interfaceNumber + 1);
  ecm.dial();
  return {
    network: ecm.port,
    indicate: (what) => {
      if (what.kind === 'bearerDown' && what.cid === CID) ecm.ended();
    },
    vanish: () => ecm.vanish(),
  };
}

class Ecm {
  readonly port: NetworkPort;
  readonly #options: FunctionOptions;
  readonly #router: InnerRouter;
  readonly #ethernet: EthernetEnd;
  readonly #own: Uint8Array[] = [];
  #session: Session | undefined;
  #dialling = false;
  #present = true;
  #cancelRedial: Cancel | undefined;
  #onReadable: (() => void) | undefined;
  #onConnected: ((connected: boolean) => void) | undefined;
  #onGone: (() => void) | undefined;

  constructor(options: FunctionOptions, dataInterface: number) {
    this.#options = options;
    this.#router = createInnerRouter(options.clock);
    const leased = addressBytes(leasedAddress);
    this.#ethernet = createEthernetEnd({
      hostMac: macBytes(HOST_ADDRESS),
      modemMac: macBytes(MODEM_ADDRESS),
      reply: (frame) => this.#say(frame),
      isHosts: (address) => sameBytes(address, leased),
    });
    this.port = this.#createPort(dataInterface);
  }

  /** Waits for the network as long as it takes. */
  dial(): void {
    if (!this.#present || this.#dialling || this.#session) return;
    this.#dialling = true;
    this.#options.runtime.connect(CID, { waits: true }, (answer) => {
      this.#dialling = false;
      if (!this.#present) return;
      if ('refused' in answer) this.#redial();
      else this.#up(answer);
    });
  }

  ended(): void {
    if (this.#session) {
      this.#bind(undefined);
      this.#onConnected?.(false);
    }
    if (!this.#dialling) this.#redial();
  }

  vanish(): void {
    this.#present = false;
    this.#cancelRedial?.();
    this.#bind(undefined);
    this.#own.length = 0;
    queueMicrotask(() => this.#onGone?.());
  }

  #redial(): void {
    this.#cancelRedial?.();
    this.#cancelRedial = this.#options.clock.after(REDIAL_MS, () => this.dial());
  }

  #up(session: Session): void {
    this.#bind(session);
    this.#onConnected?.(true);
  }

  #bind(session: Session | undefined): void {
    this.#session?.onReadable(undefined);
    this.#session = session;
    this.#router.bind(session);
    session?.onReadable(() => this.#onReadable?.());
  }

  #createPort(interfaceNumber: number): NetworkPort {
    const connected = (): boolean => this.#session !== undefined;
    return {
      interfaceNumber,
      framing: 'ethernet',
      hostAddress: HOST_ADDRESS,
      get connected() {
        return connected();
      },
      send: (frame) => {
        const packet = this.#ethernet.unwrap(frame);
        const answer = packet && this.#router.fromHost(packet);
        if (answer) this.#say(this.#ethernet.wrap(answer));
      },
      receive: () => {
        const own = this.#own.shift();
        if (own) return own;
        const packet = this.#router.toHost();
        return packet && this.#ethernet.wrap(packet);
      },
      onReadable: (f) => {
        this.#onReadable = f;
      },
      onConnected: (f) => {
        this.#onConnected = f;
      },
      onGone: (f) => {
        this.#onGone = f;
      },
    };
  }

  #say(frame: Uint8Array): void {
    if (this.#own.length === OWN_WAITING) return;
    this.#own.push(frame);
    // Not inside the host's own call.
    if (this.#own.length === 1) queueMicrotask(() => this.#onReadable?.());
  }
}
