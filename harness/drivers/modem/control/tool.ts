import type {
  ModemIdentity,
  ModemNumbers,
  NetworkMode,
  Radio,
  Registration,
  SimState,
} from '../../../rig/modem.ts';
import type { ModemReadings } from '../../../rig/readings.ts';

/** What a program on the router printed, both streams together. */
export interface Answer {
  /** It ended with 0. */
  readonly ok: boolean;
  readonly text: string;
}

/** Asks one thing: the arguments that say what. */
export type AskTool = (...question: readonly string[]) => Promise<Answer>;

/**
 * How the control device is opened. `own`: nobody has it. `session`: netifd's handler keeps an MBIM session open between its
 * calls of umbim, and another OPEN would end its connection. `proxy`: libqmi's or libmbim's proxy has it, for ModemManager.
 */
export type Opening = 'own' | 'session' | 'proxy';

/** What a program can ask or tell a modem. */
export interface Questions {
  identity(ask: AskTool): Promise<ModemIdentity>;
  numbers(ask: AskTool): Promise<ModemNumbers>;
  simState(ask: AskTool): Promise<SimState>;
  radio(ask: AskTool): Promise<Radio>;
  registration(ask: AskTool): Promise<Registration>;
  readings(ask: AskTool): Promise<ModemReadings>;
  /** Of those compositions alone that keep the AT port. Undefined: this modem has no such command. */
  composition(ask: AskTool): Promise<{ readonly mode: NetworkMode | undefined } | undefined>;
  compose(ask: AskTool, mode: NetworkMode): Promise<Answer>;
  restart(ask: AskTool): Promise<Answer>;
  /** FCC authentication, and the radio on. */
  unlockFcc(ask: AskTool): Promise<Answer>;
}

/** A program that asks a modem over its control device. */
export interface ControlTool {
  readonly program: 'qmicli' | 'uqmi' | 'mbimcli' | 'umbim';
  /** Which programs have to be there. */
  readonly needs: readonly string[];
  /** The line of shell that asks, by how the device is opened; left out: it can't be. */
  readonly lines: Readonly<Partial<Record<Opening, (device: string, question: string) => string>>>;
  /** The same line for a release of it that does not know all of its options. */
  readonly older?: (line: string) => string;
  readonly questions: Partial<Questions>;
}

/** `Registration state: 'registered'` -> registered. Of several the first. */
export function quoted(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}:\\s*'([^']*)'`, 'm').exec(text)?.[1];
}

/** The same with its unit cut off, as a number. */
export function quotedNumber(text: string, name: string): number | undefined {
  const found = quoted(text, name);
  const value = found === undefined ? Number.NaN : Number.parseFloat(found);
  return Number.isNaN(value) ? undefined : value;
}

/** The entries that have a value. */
export function present<T extends object>(values: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
