import type { ExtendedCommand } from '../../../protocols/at/command.ts';
import type {
  AtReply,
  DataMode,
  ExpectedInterface,
  LteBands,
  ModemIdentity,
  NetworkMode,
  Radio,
  SimState,
} from '../../../rig/modem.ts';
import type { ModemReadings } from '../../../rig/readings.ts';

/** Asks one AT command; bound to a modem and to whoever waits. */
export type Ask = (command: string) => Promise<AtReply>;

/** A command, and what the lines of its reply tell. */
export interface Question {
  readonly command: string;
  read(lines: readonly string[]): ModemReadings;
}

/** How E-UTRA bands are asked for and set; those that set give the reply that refused, or undefined. */
export interface BandControl {
  read(ask: Ask, model: ModemModel): Promise<LteBands>;
  allow(ask: Ask, bands: readonly number[]): Promise<AtReply | undefined>;
  allowAll(ask: Ask, model: ModemModel): Promise<AtReply | undefined>;
  restore(ask: Ask, setting: string): Promise<AtReply | undefined>;
}

/** What the modems of one maker have in common, as data and the questions that only they understand. */
export interface ModemFamily {
  /** `sierra` */
  readonly id: string;
  /** USB interface numbers. */
  readonly atInterface: number;
  readonly pppInterface: number;
  readonly models: Readonly<Record<string, ModemModel>>;
  /** What the firmware is restarted with. */
  readonly restartCommand: string;
  /** Reads the lines of ATI. */
  identity(lines: readonly string[]): ModemIdentity | undefined;
  /** What tells its readings, beside what every modem has. Where two tell the same, the later one counts. */
  readonly questions: readonly Question[];
  /** What its reply tells the number of the card by. */
  readonly iccidCommand: string;
  /** Why the radio is held down although CFUN is 1; undefined when nothing does, or the modem does not tell. */
  lowPower(ask: Ask): Promise<Omit<Radio, 'on'> | undefined>;
  /** Tells an absent card from a broken one, where the reply to CPIN does not. */
  cardPresence(ask: Ask): Promise<SimState | undefined>;
  readonly bands: BandControl;
  /** Why it is never put into RNDIS, as the end of a sentence. */
  readonly rndisRefusal: string;
  /** Why this command would leave nobody a port to ask the modem through; undefined: it would not. */
  locksOut(command: ExtendedCommand, kernel: string): string | undefined;
  /** Its QMI can be told another composition, by qmicli's `--dms-swi-set-usb-composition`. */
  readonly composesOverQmi: boolean;
  /** The network function that it will show after the next restart. */
  composition(ask: Ask): Promise<NetworkMode | undefined>;
  /** Chooses it; gives the reply that refused, or undefined when all went well. */
  compose(ask: Ask, model: ModemModel, mode: NetworkMode): Promise<AtReply | undefined>;
}

export interface ModemModel {
  /** `MC7455` */
  readonly name: string;
  readonly application: readonly string[];
  readonly bootLoader: readonly string[];
  /** Where it is not the family's, for PPP as well. */
  readonly atInterface?: number;
  /** In every mode. */
  readonly serialPorts: readonly ExpectedInterface[];
  /** What carries the data. */
  readonly modes: Readonly<Partial<Record<DataMode, readonly ExpectedInterface[]>>>;
}

/** A model, with what it has in common with others of its maker. */
export interface KnownModem {
  readonly family: ModemFamily;
  readonly model: ModemModel;
}
