import type { Ms } from '../../core/units.ts';
import type { Cell, RegistrationAnswer, SessionRequest, SmCause } from '../network/network.ts';
import type { Contact, PreferredNetwork, SecondPinAttempt, SimCard } from './sim-card.ts';
import type { Environment, Functionality, ModemState, PdpContext, RadioAccess } from './state.ts';
import type { Stored, TextStatus, TextStorage } from './stored.ts';

/** How a context is to be activated. */
export interface ConnectOptions {
  /** Blocks until attached (a dial-up server of Sierra's) instead of failing at once. */
  readonly waits?: boolean;
  /** What the host showed of itself when it dialled; it goes before what the context holds. */
  readonly shown?: SessionRequest['credentials'];
}

/** What can happen to a modem: commands by their meaning, answers of the network, timers, hands. */
export type Input =
  | { readonly kind: 'powerOn' | 'powerOff' }
  /** `into`: the boot loader instead of the firmware (AT!BOOTHOLD). */
  | { readonly kind: 'reset'; readonly into?: 'on' | 'boot-hold' }
  | { readonly kind: 'shutDown' }
  /** The firmware dies without a word. */
  | { readonly kind: 'crash'; readonly into?: 'on' | 'boot-hold' }
  | { readonly kind: 'simInserted'; readonly card: SimCard }
  | { readonly kind: 'simRemoved' }
  | { readonly kind: 'enterPin'; readonly pin: string }
  | { readonly kind: 'enterPuk'; readonly puk: string; readonly newPin: string }
  | { readonly kind: 'setPinLock'; readonly enabled: boolean; readonly pin: string }
  | { readonly kind: 'changePin'; readonly pin: string; readonly newPin: string }
  | { readonly kind: 'trySecondPin'; readonly attempt: SecondPinAttempt }
  /** The card's supply, by command. */
  | { readonly kind: 'simPower'; readonly on: boolean }
  /** Whether the modem works with the card's application at all (UIM Change Provisioning Session). */
  | { readonly kind: 'provision'; readonly active: boolean }
  | { readonly kind: 'preferNetworks'; readonly networks: readonly PreferredNetwork[] }
  | {
      readonly kind: 'keepText';
      readonly storage: TextStorage;
      readonly status: TextStatus;
      readonly pdu: Uint8Array;
    }
  | {
      readonly kind: 'markText';
      readonly storage: TextStorage;
      readonly place: number;
      readonly status: TextStatus;
    }
  | { readonly kind: 'dropTexts'; readonly storage: TextStorage; readonly places: readonly number[] }
  | { readonly kind: 'writeContact'; readonly contact: Contact }
  | { readonly kind: 'dropContacts'; readonly places: readonly number[] }
  | { readonly kind: 'setTextCentre'; readonly number: string }
  | { readonly kind: 'textDelivered'; readonly pdu: Uint8Array }
  | { readonly kind: 'store'; readonly change: Partial<Stored> }
  /** `persists`: low power that outlives restarts. */
  | { readonly kind: 'setFunctionality'; readonly level: Functionality; readonly persists?: boolean }
  | { readonly kind: 'authenticateFcc' }
  | { readonly kind: 'setWDisablePin'; readonly asserted: boolean }
  | { readonly kind: 'ignoreWDisable'; readonly ignore: boolean }
  | { readonly kind: 'setRadioAccess'; readonly access: RadioAccess }
  | { readonly kind: 'setLteBands'; readonly bands: bigint }
  | { readonly kind: 'environment'; readonly environment: Partial<Environment> }
  | { readonly kind: 'selectNetwork'; readonly selection: 'automatic' | 'none' }
  | { readonly kind: 'selectNetwork'; readonly selection: 'manual'; readonly plmn: string }
  | { readonly kind: 'attach' | 'detach' }
  | { readonly kind: 'scanned'; readonly attempt: number; readonly cell: Cell | undefined }
  | { readonly kind: 'cellLost' }
  /** The network throws the modem out (TS 24.301 5.5.2.3). */
  | { readonly kind: 'networkDetached'; readonly emmCause: number }
  | { readonly kind: 'registrationAnswer'; readonly attempt: number; readonly answer: RegistrationAnswer }
  | { readonly kind: 'defineContext'; readonly context: PdpContext }
  | { readonly kind: 'undefineContext'; readonly cid: number }
  | ({ readonly kind: 'activateContext'; readonly cid: number } & ConnectOptions)
  | { readonly kind: 'deactivateContext'; readonly cid: number }
  | {
      readonly kind: 'sessionGranted';
      readonly cid: number;
      readonly attempt: number;
      readonly address: string | undefined;
      readonly address6: string | undefined;
    }
  | {
      readonly kind: 'sessionRefused' | 'sessionReleased';
      readonly cid: number;
      readonly attempt: number;
      readonly cause: SmCause;
    }
  /** `type`: Sierra's configuration type; the one that is set, by default. */
  | { readonly kind: 'setComposition'; readonly composition: number; readonly type?: number }
  | { readonly kind: 'timer'; readonly name: TimerName };

export const timerNames = ['boot', 'restart', 'shutdown', 'sim', 'phonebook', 'rescan'] as const;

/** One of each name can be armed. */
export type TimerName = (typeof timerNames)[number];

/** What the modem wants done: the runtime carries it out. */
export type Effect =
  | { readonly kind: 'arm'; readonly name: TimerName; readonly afterMs: Ms }
  | { readonly kind: 'cancel'; readonly name: TimerName }
  /** Shows up on USB, as the firmware or as the boot loader. */
  | { readonly kind: 'enumerate'; readonly as: 'application' | 'boot-loader' }
  | { readonly kind: 'vanish' }
  /** Looks for a cell and answers with `scanned`. */
  | { readonly kind: 'scan'; readonly attempt: number; readonly afterMs: Ms }
  | { readonly kind: 'register'; readonly attempt: number; readonly imsi: string }
  | {
      readonly kind: 'activate';
      readonly cid: number;
      readonly attempt: number;
      readonly request: SessionRequest;
    }
  /** Gives the session of this bearer back. */
  | { readonly kind: 'deactivate'; readonly cid: number; readonly attempt: number }
  | { readonly kind: 'indication'; readonly what: Indication };

/** What changed, for faces that tell the host unasked. The new value is in the state. */
export type Indication =
  | { readonly kind: 'started' }
  | { readonly kind: 'stopping' }
  /** The supply fell when the transmitter started: the modem is in a restart. */
  | { readonly kind: 'brownOut' }
  | { readonly kind: 'sim' }
  | { readonly kind: 'phonebook' }
  | { readonly kind: 'functionality' }
  | { readonly kind: 'registration'; readonly circuit: boolean; readonly packet: boolean }
  /** A text message has come; stored at its place, or for the host to take. */
  | {
      readonly kind: 'text';
      readonly pdu: Uint8Array;
      readonly stored?: { readonly storage: TextStorage; readonly place: number };
    }
  | { readonly kind: 'bearerUp'; readonly cid: number }
  /** `by`: who ended it; a failed activation counts as the network's. */
  | { readonly kind: 'bearerDown'; readonly cid: number; readonly by: 'network' | 'user' };

/** One step under way: the state so far and what it wants done. Parts of the machine write to it in turn. */
export interface Turn {
  state: ModemState;
  readonly now: Ms;
  readonly effects: Effect[];
}

export function patch(turn: Turn, change: Partial<ModemState>): void {
  turn.state = { ...turn.state, ...change };
}

export function indicate(turn: Turn, what: Indication): void {
  turn.effects.push({ kind: 'indication', what });
}

export function arm(turn: Turn, name: TimerName, afterMs: Ms): void {
  turn.effects.push({ kind: 'arm', name, afterMs });
}

export function cancel(turn: Turn, name: TimerName): void {
  turn.effects.push({ kind: 'cancel', name });
}
