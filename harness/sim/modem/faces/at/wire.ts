import type { AtOperation, AtValue } from '../../../../protocols/at/command.ts';
import type { ResultCode } from '../../../../protocols/at/result-code.ts';
import type { CardChannels } from '../../card-channels.ts';
import type { ModemProfile } from '../../profile.ts';
import type { Runtime } from '../../runtime.ts';
import type { SatelliteReceiver } from '../../satellites.ts';

/** What one AT port remembers: settings of its own, none of them a property of the modem. */
export interface Wire {
  readonly interfaceNumber: number;
  echo: boolean;
  verbose: boolean;
  quiet: boolean;
  /** S3, S4, S5 of V.250. */
  terminator: number;
  lineFeed: number;
  backspace: number;
  /** +CMEE: 0 plain ERROR, 1 number, 2 text. */
  errorLevel: number;
  /** +CREG, +CGREG, +CEREG: 0 silent, 1 status, 2 with location. */
  creg: number;
  cgreg: number;
  cereg: number;
  /** +COPS names: 0 long, 1 short, 2 numeric. */
  operatorFormat: number;
  /** +CGEREP mode. */
  packetEvents: number;
  /** AT!ENTERCND was given. */
  unlocked: boolean;
  /** Settings that are only remembered and read back: S registers, +IPR, &D … */
  readonly others: Map<string, number>;
}

/** V.250's factory settings, with the model's +CMEE. */
export function factoryWire(interfaceNumber: number, profile: ModemProfile): Wire {
  return {
    interfaceNumber,
    echo: true,
    verbose: true,
    quiet: false,
    terminator: 13,
    lineFeed: 10,
    backspace: 8,
    errorLevel: profile.at.errorLevel,
    creg: 0,
    cgreg: 0,
    cereg: 0,
    operatorFormat: 0,
    packetEvents: 0,
    unlocked: false,
    others: new Map(),
  };
}

/** The data call of a port. */
export interface DataCall {
  readonly phase: 'none' | 'data' | 'escaped';
  /** Starts PPP on this context; CONNECT has been said. */
  open(cid: number): void;
  /** ATO: back to data. */
  resume(): void;
  /** Ends it without a word. */
  hangUp(): void;
}

/** What a command handler works with. */
export interface AtCall {
  readonly profile: ModemProfile;
  readonly runtime: Runtime;
  readonly wire: Wire;
  readonly call: DataCall;
  /** Its logical channels, as this port has opened them. */
  readonly card: CardChannels;
  readonly satellites: SatelliteReceiver;
  readonly now: () => number;
  /** The network's time. */
  readonly wall: () => Date;
}

/** Information lines, the result, and what to do once both are out of the port. */
export interface AtAnswer {
  readonly lines: readonly string[];
  readonly result: ResultCode;
  readonly after?: () => void;
  /**
   * The answer is not there yet: the port says `> ` and takes a text up to Ctrl-Z (TS 27.005 3.5.1); undefined: the host
   * gave it up with Escape.
   */
  readonly prompt?: (text: string | undefined) => Answer;
  /** What to take back if the host has gone (DTR) before the answer was there. */
  readonly undo?: () => void;
}

export type Answer = AtAnswer | Promise<AtAnswer>;

/** Handlers by form of the command; a form that is missing gets ERROR. */
export type CommandSpec = {
  readonly [operation in AtOperation]?: (at: AtCall, values: readonly AtValue[]) => Answer;
};

/** Commands by name. */
export type Family = Readonly<Record<string, CommandSpec>>;

export type BasicHandler = (at: AtCall, value: number) => Answer;
