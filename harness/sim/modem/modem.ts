import type { Rng } from '../../core/chance.ts';
import type { Cancel, Clock } from '../../core/clock.ts';
import type { Timeline } from '../../core/timeline.ts';
import { faultOf, type Fault, type FaultKind, type ModemEvent } from '../faults.ts';
import type { MobileNetwork } from '../network/network.ts';
import { createFunction } from './faces/functions.ts';
import { gateFunction, type GatedFunction } from './gate.ts';
import { detailsOf } from './model-details.ts';
import type { ControlPort, ModemPort, NetworkPort } from './port.ts';
import type { ModemProfile } from './profile.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import {
  AT_SESSION,
  createSatelliteReceiver,
  STARTS_BY_ITSELF,
  type SatelliteReceiver,
} from './satellites.ts';
import { cardState } from './sim-slot.ts';
import type { CardState, SimCard } from './sim-card.ts';
import { createModemState, type ModemState } from './state.ts';
import type { Indication, Input } from './turn.ts';
import type { UsbFunction, UsbIdentity } from './usb.ts';
import { applicationIdentity, bootLoaderIdentity } from './usb-identity.ts';

export interface ModemOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly timeline: Timeline;
  readonly profile: ModemProfile;
  readonly network: MobileNetwork;
  /** Those in force: a list that may change while it runs. */
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
  /** Another card; left out: the one that was pulled out, or the profile's. */
  insertSim(card?: Partial<SimCard>): void;
  removeSim(): void;
  /** The data lines: a plug, a hub's port. The firmware goes on; its USB functions do not. */
  plugUsb(plugged: boolean): void;
  /** The firmware hangs, or goes on. */
  stall(on: boolean): void;
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
  readonly #satellites: SatelliteReceiver;
  readonly #listeners = new Set<(identity: UsbIdentity | undefined) => void>();
  /** By interface number; the functions of one enumeration. */
  readonly #functions = new Map<number, GatedFunction>();
  #usb: UsbIdentity | undefined;
  /** What it shows, or would show if its data lines were whole. */
  #shows: 'application' | 'boot-loader' | undefined;
  #plugged = true;
  #pulledCard: CardState | undefined;

  constructor(options: ModemOptions) {
    const { clock, network, profile } = options;
    this.#options = options;
    this.profile = profile;
    this.#faults = options.faults ?? [];
    this.#satellites = createSatelliteReceiver(clock);
    this.#runtime = createRuntime({
      clock,
      network,
      initial: createModemState({
        traits: { ...profile.traits, fccLocked: options.fccLocked ?? profile.traits.fccLocked },
        composition: profile.usb.composition.factory,
        compositionType: profile.usb.types?.[0]?.number ?? 0,
        contexts: profile.contexts,
        lteBands: profile.lteBands,
        environment: {
          temperatureC: 42,
          millivolts: profile.traits.supplyMillivolts ?? 3_300,
          sagMillivolts: 0,
        },
        carrierConfigs: detailsOf(profile).carrierConfigs,
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

  insertSim(card?: Partial<SimCard>): void {
    const same = card ? undefined : this.#pulledCard;
    const pushedIn = same ?? { ...this.profile.card, ...card };
    // The wrong way round: the reader finds none, whatever is pushed in.
    if (faultOf(this.#faults, 'sim.not-seated')) this.#pulledCard = cardState(pushedIn);
    else this.input({ kind: 'simInserted', card: pushedIn });
  }

  removeSim(): void {
    this.#pulledCard = this.state.sim.card ?? this.#pulledCard;
    this.input({ kind: 'simRemoved' });
  }

  plugUsb(plugged: boolean): void {
    if (plugged === this.#plugged) return;
    this.#plugged = plugged;
    if (!this.#shows) return;
    if (plugged) this.#appear(this.#shows);
    else {
      this.#withheld();
      this.#disappear();
    }
  }

  stall(on: boolean): void {
    this.#runtime.stall(on);
    if (!on) for (const working of this.#working()) working.reopen();
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
    this.#shows = as;
    if (this.#plugged) this.#appear(as);
    else this.#withheld();
  }

  /** Fault `usb.disconnect`: the host misses it, or what it would show. */
  #withheld(): void {
    const fault = faultOf(this.#faults, 'usb.disconnect');
    if (fault) this.#options.timeline.add('fault', fault.kind, { forMs: fault.forMs });
  }

  #vanish(): void {
    this.#shows = undefined;
    if (this.#usb) this.#disappear();
  }

  #appear(as: 'application' | 'boot-loader'): void {
    const identity = as === 'application' ? applicationIdentity : bootLoaderIdentity;
    this.#usb = identity(this.profile, this.state);
    const parts = {
      ...this.#options,
      runtime: this.#runtime,
      satellites: this.#satellites,
      faults: this.#faults,
    };
    for (const usb of this.#usb.interfaces) {
      const working = createFunction(parts, usb);
      if (!working) continue;
      const state = { stalled: () => this.#runtime.stalled, mutesControl: () => this.#mutes(usb.role) };
      this.#functions.set(usb.number, gateFunction(working, state));
    }
    if (this.state.stored.quectelSettings[STARTS_BY_ITSELF] === 1) this.#satellites.begin(AT_SESSION);
    const { vendorId, productId } = this.#usb;
    this.#tell('usb.attached', { id: `${vendorId}:${productId}`, as });
    for (const tell of this.#listeners) tell(this.#usb);
  }

  #disappear(): void {
    for (const working of this.#working()) working.vanish();
    this.#functions.clear();
    this.#satellites.reset();
    this.#usb = undefined;
    this.#tell('usb.detached');
    for (const tell of this.#listeners) tell(undefined);
  }

  #indicated(what: Indication): void {
    this.#record(what);
    for (const working of this.#working()) working.indicate(what);
  }

  /** Faults `qmi.silent` and `mbim.silent`. */
  #mutes(role: UsbFunction['role']): boolean {
    const kind: FaultKind | undefined =
      role === 'qmi' ? 'qmi.silent' : role === 'mbim-control' ? 'mbim.silent' : undefined;
    if (!kind || !faultOf(this.#faults, kind)) return false;
    this.#options.timeline.add('fault', kind);
    return true;
  }

  #working(): readonly GatedFunction[] {
    return [...this.#functions.values()];
  }

  #tell(kind: ModemEvent, data?: Readonly<Record<string, unknown>>): void {
    this.#options.timeline.add('modem', kind, data);
  }

  #record(what: Indication): void {
    const { timeline } = this.#options;
    const { sim, registration, lastEnd } = this.state;
    switch (what.kind) {
      case 'sim':
        this.#tell('sim', { state: sim.state });
        if (sim.state === 'absent' && faultOf(this.#faults, 'sim.not-seated')) {
          timeline.add('fault', 'sim.not-seated');
        }
        break;
      case 'brownOut':
        timeline.add('fault', 'brownout', { millivolts: this.state.environment.millivolts });
        break;
      case 'registration':
        this.#tell('registration', { circuit: registration.circuit, packet: registration.packet });
        break;
      case 'bearerUp':
        this.#tell('bearer.up', { cid: what.cid });
        break;
      case 'bearerDown':
        this.#tell('bearer.down', { cid: what.cid, by: what.by, cause: lastEnd?.cause });
        break;
      default:
    }
  }
}
