import type { Rng } from '../../core/chance.ts';
import type { Cancel, Clock } from '../../core/clock.ts';
import type { Timeline } from '../../core/timeline.ts';
import { faultOf, type Fault } from '../faults.ts';
import type { MobileNetwork } from '../network/network.ts';
import { createFunction } from './faces/functions.ts';
import type { ModemFunction } from './function.ts';
import type { ControlPort, ModemPort, NetworkPort } from './port.ts';
import { functionsOf, type ModemProfile } from './profile.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { createModemState, type ModemState, type SimCard } from './state.ts';
import type { Indication, Input } from './turn.ts';
import type { UsbIdentity } from './usb.ts';

export interface ModemOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly profile: ModemProfile;
  readonly network: MobileNetwork;
  readonly faults?: readonly Fault[];
  /** What differs from the profile's card; `none`: an empty slot. */
  readonly sim?: Partial<SimCard> | 'none';
  /** True (the default): it has long been on, is on USB at once and registers within seconds. False: no power yet. */
  readonly booted?: boolean;
  /** An OEM's FCC lock: low power until authentication (fault F50). */
  readonly fccLocked?: boolean;
  /** Firmware and carrier configuration do not match (fault F51). */
  readonly imageMismatch?: boolean;
}

/** A modem that behaves like its model, on USB and on the air, with no bytes but those that really cross the wire. */
export interface EmulatedModem {
  readonly profile: ModemProfile;
  readonly state: ModemState;
  /** Undefined while it is off, in a restart or starting. */
  readonly usb: UsbIdentity | undefined;
  /** Called with each change: the identity when it comes, undefined when it goes. */
  onUsb(f: (identity: UsbIdentity | undefined) => void): Cancel;
  /** Undefined: that interface is no serial port, or the modem is not there. */
  openPort(interfaceNumber: number): ModemPort | undefined;
  /** Undefined: that interface has no control channel (QMI, MBIM), or the modem is not there. */
  openControl(interfaceNumber: number): ControlPort | undefined;
  /** Undefined: that interface carries no packets (QMI, MBIM data, ECM data), or the modem is not there. */
  openNetwork(interfaceNumber: number): NetworkPort | undefined;
  /** The supply: a relay, a GPIO of the router. */
  power(on: boolean): void;
  insertSim(card?: Partial<SimCard>): void;
  removeSim(): void;
  /** Straight into the machine, past every face. */
  input(input: Input): void;
}

export function createModem(options: ModemOptions): EmulatedModem {
  const modem = new Modem(options);
  if (options.sim !== 'none') modem.insertSim(options.sim);
  if (options.booted ?? true) modem.startAtOnce();
  return modem;
}

class Modem implements EmulatedModem {
  readonly profile: ModemProfile;
  readonly #options: ModemOptions;
  readonly #runtime: Runtime;
  readonly #faults: readonly Fault[];
  readonly #listeners = new Set<(identity: UsbIdentity | undefined) => void>();
  /** By interface number; the functions of one enumeration. */
  readonly #functions = new Map<number, ModemFunction>();
  #usb: UsbIdentity | undefined;

  constructor(options: ModemOptions) {
    const { clock, network, profile } = options;
    this.#options = options;
    this.profile = profile;
    this.#faults = options.faults ?? [];
    this.#runtime = createRuntime({
      clock,
      network,
      initial: createModemState({
        traits: { ...profile.traits, fccLocked: options.fccLocked ?? profile.traits.fccLocked },
        composition: profile.usb.composition.factory,
        contexts: profile.contexts,
        lteBands: profile.lteBands,
        environment: { temperatureC: 42, millivolts: 3_300 },
        imageMismatch: options.imageMismatch ?? false,
      }),
      onIndication: (what) => this.#indicated(what),
      onEnumerate: (as) => this.#enumerate(as),
      onVanish: () => this.#vanish(),
    });
  }

  get state(): ModemState {
    return this.#runtime.state;
  }

  get usb(): UsbIdentity | undefined {
    return this.#usb;
  }

  startAtOnce(): void {
    this.#runtime.atOnce(() => this.power(true));
  }

  power(on: boolean): void {
    this.input({ kind: on ? 'powerOn' : 'powerOff' });
  }

  insertSim(card: Partial<SimCard> = {}): void {
    // The wrong way round: the reader finds none, whatever is pushed in.
    if (faultOf(this.#faults, 'sim.not-seated')) return;
    this.input({ kind: 'simInserted', card: { ...this.profile.card, ...card } });
  }

  removeSim(): void {
    this.input({ kind: 'simRemoved' });
  }

  input(input: Input): void {
    this.#runtime.input(input);
  }

  onUsb(f: (identity: UsbIdentity | undefined) => void): Cancel {
    this.#listeners.add(f);
    return () => this.#listeners.delete(f);
  }

  openPort(interfaceNumber: number): ModemPort | undefined {
    return this.#functions.get(interfaceNumber)?.serial;
  }

  openControl(interfaceNumber: number): ControlPort | undefined {
    return this.#functions.get(interfaceNumber)?.control;
  }

  openNetwork(interfaceNumber: number): NetworkPort | undefined {
    return this.#working().find(({ network }) => network?.interfaceNumber === interfaceNumber)?.network;
  }

  #enumerate(as: 'application' | 'boot-loader'): void {
    this.#usb = as === 'application' ? this.#application() : this.#bootLoader();
    const parts = { ...this.#options, runtime: this.#runtime, faults: this.#faults };
    for (const usb of this.#usb.interfaces) {
      const working = createFunction(parts, usb);
      if (working) this.#functions.set(usb.number, working);
    }
    const { vendorId, productId } = this.#usb;
    this.#options.timeline.add('modem', 'usb.attached', { id: `${vendorId}:${productId}`, as });
    for (const tell of this.#listeners) tell(this.#usb);
  }

  #application(): UsbIdentity {
    const { usb } = this.profile;
    const { vendorId, productId, bcdDevice, manufacturer, product, serialNumber, maxPowerMa } = usb;
    const interfaces = functionsOf(usb, this.state.composition.present);
    return { vendorId, productId, bcdDevice, manufacturer, product, serialNumber, maxPowerMa, interfaces };
  }

  #bootLoader(): UsbIdentity {
    const { bootLoader } = this.profile.usb;
    const only = {
      number: 0,
      class: 'ff',
      subclass: 'ff',
      protocol: 'ff',
      endpoints: 2,
      role: 'diag',
    } as const;
    return { ...this.#application(), ...bootLoader, interfaces: [only] };
  }

  #vanish(): void {
    for (const working of this.#working()) working.vanish();
    this.#functions.clear();
    this.#usb = undefined;
    this.#options.timeline.add('modem', 'usb.detached');
    for (const tell of this.#listeners) tell(undefined);
  }

  #indicated(what: Indication): void {
    this.#record(what);
    for (const working of this.#working()) working.indicate(what);
  }

  #working(): readonly ModemFunction[] {
    return [...this.#functions.values()];
  }

  #record(what: Indication): void {
    const { timeline } = this.#options;
    const { sim, registration, lastEnd } = this.state;
    switch (what.kind) {
      case 'sim':
        timeline.add('modem', 'sim', { state: sim.state });
        if (sim.state === 'absent' && faultOf(this.#faults, 'sim.not-seated')) {
          timeline.add('fault', 'sim.not-seated');
        }
        break;
      case 'registration':
        timeline.add('modem', 'registration', { circuit: registration.circuit, packet: registration.packet });
        break;
      case 'bearerUp':
        timeline.add('modem', 'bearer.up', { cid: what.cid });
        break;
      case 'bearerDown':
        timeline.add('modem', 'bearer.down', { cid: what.cid, by: what.by, cause: lastEnd?.cause });
        break;
      default:
    }
  }
}
