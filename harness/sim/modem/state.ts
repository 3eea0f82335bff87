import type { Ms } from '../../core/units.ts';
import type { Registration, SimState } from '../../rig/modem.ts';
import type { Cell, Credentials, PdpType, SessionRequest, SmCause } from '../network/network.ts';
import type { CardState } from './sim-card.ts';
import { deliveredMemory, type CarrierConfig, type Stored } from './stored.ts';

/**
 * What the modem is, in meanings: no bytes, no settings of a port. Every face (AT, PPP, QMI, MBIM) reads this
 * and nothing else. Never changed in place: `step` gives the next one.
 */
export interface ModemState {
  readonly traits: MachineTraits;
  readonly power: Power;
  /** Restarts since the supply came on (`Reset Counter` of AT!GSTATUS?). */
  readonly resets: number;
  /** When the firmware was last up. */
  readonly bootedAt: Ms;
  readonly sim: SimSlot;
  readonly radio: Radio;
  readonly registration: RegistrationPart;
  /** By rising cid. They outlive a restart. */
  readonly contexts: readonly PdpContext[];
  /** By rising cid; a context without a bearer has none here. */
  readonly bearers: readonly Bearer[];
  /** Activations so far: each bearer keeps its number, so that an answer to one that was given up is known as such. */
  readonly activations: number;
  /** Why the last bearer ended or the last activation failed (+CEER). */
  readonly lastEnd: BearerEnd | undefined;
  readonly composition: CompositionPart;
  readonly environment: Environment;
  readonly stored: Stored;
}

/** Constants of a model, taken from its profile. */
export interface MachineTraits {
  /** From power to USB. */
  readonly bootMs: Ms;
  /** From a restart command to the port's vanishing. */
  readonly restartMs: Ms;
  /** From the firmware's start to the card's answer. */
  readonly simReadMs: Ms;
  /** From the card's answer to the phone book's (Quectel's last boot message). */
  readonly phonebookMs: Ms;
  /** One scan of the bands. */
  readonly scanMs: Ms;
  /** Between two scans without success. */
  readonly rescanMs: Ms;
  /** A card put in while it runs is read at once; otherwise it fails until the next restart. */
  readonly hotSwap: boolean;
  /** Which numbers `setComposition` takes. */
  readonly compositions: 'bitmask' | readonly number[];
  /** Which configuration types it takes; left out: there are none. */
  readonly compositionTypes?: readonly number[];
  /** Above it the thermal voter holds the radio down, degrees Celsius. */
  readonly maxTemperatureC: number;
  /** Outside them the voltage voter does. */
  readonly millivoltLimits: readonly [low: number, high: number];
  /** What a good supply gives; 3300 (miniPCIe, M.2), if left out. */
  readonly supplyMillivolts?: number;
  /** An OEM's configuration: after each start the radio waits for FCC authentication (fault F50). */
  readonly fccLocked: boolean;
}

/** `boot-hold`: the boot loader is on USB; `shut-down`: off by command, supply still there. */
export type PowerPhase = 'off' | 'booting' | 'on' | 'boot-hold' | 'shut-down';

export interface Power {
  readonly phase: PowerPhase;
  /** Where the restart that is under way leads. */
  readonly next: 'on' | 'boot-hold';
}

export interface SimSlot {
  /** Undefined: the reader finds none. */
  readonly card: CardState | undefined;
  readonly state: SimState;
  /** False: the card's supply was taken away by command; it counts as absent. */
  readonly powered: boolean;
  /** Since the card was read. */
  readonly secondPinGiven: boolean;
}

/** TS 27.007 8.2, and Qualcomm's own: 5 factory test, 7 offline (only a restart leads out of it). */
export type Functionality = 0 | 1 | 4 | 5 | 7;

/** Who can hold the modem in low power besides the user (AT!PCINFO?). */
export interface Voters {
  readonly temperature: boolean;
  readonly voltage: boolean;
  /** The slot's W_DISABLE pin. */
  readonly wDisable: boolean;
  /** Firmware and carrier configuration do not belong together. */
  readonly imageSwitch: boolean;
  /** FCC authentication has not been given since the start. */
  readonly bios: boolean;
}

export interface Radio {
  readonly functionality: Functionality;
  /** Low power was asked for with the wish that it outlives restarts. */
  readonly lowPowerPersists: boolean;
  readonly voters: Voters;
  /** The pin's level, heeded or not. */
  readonly wDisablePin: boolean;
  readonly ignoreWDisable: boolean;
  readonly access: RadioAccess;
  /** Bit n-1 stands for band n of E-UTRA. */
  readonly lteBands: bigint;
}

export type RadioAccess = 'automatic' | 'umts' | 'lte' | 'umts-lte';

export type SearchPhase =
  /** Radio off, or deregistered by the user. */
  | 'off'
  | 'scanning'
  /** Nothing found or nothing granted: the next scan waits for its timer. */
  | 'waiting'
  /** A cell, but no card to register with. */
  | 'camped'
  | 'asking'
  | 'registered'
  | 'denied';

export interface RegistrationPart {
  /** AT+COPS: who chooses the network; `none` after COPS=2. */
  readonly selection: 'automatic' | 'manual' | 'none';
  /** Under manual selection: MCC and MNC. */
  readonly plmn: string | undefined;
  readonly phase: SearchPhase;
  /** Counts searches and requests: an answer to an older one is dropped. */
  readonly attempt: number;
  readonly cell: Cell | undefined;
  readonly circuit: Registration;
  /** EPS, and with it the packet domain. */
  readonly packet: Registration;
  /** AT+CGATT=0 takes it away. */
  readonly wantsAttach: boolean;
  /** TS 24.301 9.9.3.9, of the last denial. */
  readonly emmCause: number | undefined;
}

export interface PdpContext {
  readonly cid: number;
  readonly type: PdpType;
  readonly apn: string;
  readonly credentials?: Credentials | undefined;
  /** As a profile of QMI it can have a name, be out of use, or be for the home network alone. */
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly homeOnly?: boolean | undefined;
}

export interface Bearer {
  readonly cid: number;
  /** `waiting`: a call blocks on it, but the modem is not attached. */
  readonly phase: 'waiting' | 'activating' | 'active';
  readonly attempt: number;
  /** `ConnectOptions.shown` */
  readonly shown?: SessionRequest['credentials'];
  /** Of the session, while it is active. */
  readonly address: string | undefined;
  readonly address6: string | undefined;
}

export interface BearerEnd {
  readonly cid: number;
  readonly cause: EndCause;
}

/** A cause of the network's, or one of the modem's own. */
export type EndCause = SmCause | 'requested' | 'no-service' | 'no-context';

export interface CompositionPart {
  /** What USB shows now: a bit mask (Sierra) or a usbnet number (Quectel). */
  readonly present: number;
  /** What it will show after the next restart. */
  readonly pending: number;
  /** Sierra's configuration type (AT!USBCOMP): some have product ids of their own. 0 where there are none. */
  readonly presentType: number;
  readonly pendingType: number;
}

export interface Environment {
  readonly temperatureC: number;
  /** Of the supply at rest. */
  readonly millivolts: number;
  /** By so much it falls when the transmitter starts. */
  readonly sagMillivolts: number;
}

/** What decides how a fresh modem starts. */
export interface InitialState {
  readonly traits: MachineTraits;
  readonly composition: number;
  readonly compositionType?: number;
  readonly contexts: readonly PdpContext[];
  readonly lteBands: bigint;
  readonly environment: Environment;
  /** The first of them is in force. */
  readonly carrierConfigs?: readonly CarrierConfig[];
  /** Firmware and configuration mismatch: the IMSWITCH voter. */
  readonly imageMismatch?: boolean;
}

/** A modem without power and without a card. */
export function createModemState(initial: InitialState): ModemState {
  return {
    traits: initial.traits,
    power: { phase: 'off', next: 'on' },
    resets: 0,
    bootedAt: 0,
    sim: { card: undefined, state: 'absent', powered: true, secondPinGiven: false },
    radio: {
      functionality: 1,
      lowPowerPersists: false,
      voters: {
        temperature: false,
        voltage: false,
        wDisable: false,
        imageSwitch: initial.imageMismatch ?? false,
        bios: initial.traits.fccLocked,
      },
      wDisablePin: false,
      ignoreWDisable: false,
      access: 'automatic',
      lteBands: initial.lteBands,
    },
    registration: {
      selection: 'automatic',
      plmn: undefined,
      phase: 'off',
      attempt: 0,
      cell: undefined,
      circuit: 'idle',
      packet: 'idle',
      wantsAttach: true,
      emmCause: undefined,
    },
    contexts: initial.contexts,
    bearers: [],
    activations: 0,
    lastEnd: undefined,
    composition: {
      present: initial.composition,
      pending: initial.composition,
      presentType: initial.compositionType ?? 0,
      pendingType: initial.compositionType ?? 0,
    },
    environment: initial.environment,
    stored: deliveredMemory(initial.carrierConfigs ?? []),
  };
}

/** Is the transceiver working? */
export function isRadioOn(state: ModemState): boolean {
  const { functionality, voters } = state.radio;
  return state.power.phase === 'on' && functionality === 1 && !isHeldDown(voters);
}

/** Does anything but the user hold the modem in low power? */
export function isHeldDown(voters: Voters): boolean {
  return voters.temperature || voters.voltage || voters.wDisable || voters.imageSwitch || voters.bios;
}

/** Attached to the packet domain: sessions can be set up. */
export function isAttached(state: ModemState): boolean {
  return state.registration.packet === 'home' || state.registration.packet === 'roaming';
}

export function bearerOf(state: ModemState, cid: number): Bearer | undefined {
  return state.bearers.find((bearer) => bearer.cid === cid);
}

export function contextOf(state: ModemState, cid: number): PdpContext | undefined {
  return state.contexts.find((context) => context.cid === cid);
}
