import type { Ctx } from '../core/ctx.ts';
import type { Ms } from '../core/units.ts';
import type { ModemReadings } from './readings.ts';

/** The final result code of an AT command and the lines before it. Expected refusals are data. */
export interface AtReply {
  readonly command: string;
  readonly ok: boolean;
  /** Information lines, without echo and blank lines. */
  readonly lines: readonly string[];
  /** `OK`, `ERROR`, `+CME ERROR: SIM not inserted`, `NO CARRIER` … */
  readonly final: string;
}

export type SimState = 'ready' | 'pin' | 'puk' | 'absent' | 'busy' | 'failed';
export type Registration = 'idle' | 'home' | 'searching' | 'denied' | 'unknown' | 'roaming';

/** What it says of itself; what the way by which it was asked does not tell is left out. */
export interface ModemIdentity {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly revision?: string;
}

/** They identify a device, a card, a customer: never for a log. */
export interface ModemNumbers {
  readonly imei?: string;
  readonly iccid?: string;
  readonly imsi?: string;
}

export interface Radio {
  readonly on: boolean;
  /** For people: what holds it down, or what it said. */
  readonly reason: string;
  /** A laptop maker's configuration keeps it in low power until `unlockFcc`, after each start. Left out: not known. */
  readonly fccLocked?: boolean;
}

/** Which bands of E-UTRA a modem may use, by number, ascending. */
export interface LteBands {
  readonly allowed: readonly number[];
  readonly known: readonly number[];
  /** What `restoreBands` takes to put it back, other access technologies included: in the modem's own words. */
  readonly setting: string;
}

/** How packets get from the router to the modem: PPP over a serial port, or one of the USB network functions. */
export const dataModes = ['ppp', 'qmi', 'mbim', 'ecm'] as const;
export type DataMode = (typeof dataModes)[number];

/** A network function of USB; a modem shows one of them at a time, beside its serial ports. */
export type NetworkMode = Exclude<DataMode, 'ppp'>;

/** A USB interface as the router must show it: its driver, and the nodes that the driver makes. */
export interface ExpectedInterface {
  /** `bInterfaceNumber` */
  readonly number: number;
  /** For people: `AT port`, `QMI control and data`. */
  readonly purpose: string;
  /** `qcserial`, `qmi_wwan` … */
  readonly driver: string;
  /** Beginnings of the names of its nodes: `ttyUSB`, `cdc-wdm`, `wwan`. */
  readonly nodes: readonly string[];
}

/** A modem under test, asked over its AT port, or over its control device where that port can't be used. */
export interface Modem {
  readonly model: string;
  /** USB ids that belong to it, `1199:9071`, application and boot loader. */
  readonly usbIds: { readonly application: readonly string[]; readonly bootLoader: readonly string[] };
  /** USB interface number of the port that answers AT and, where it is the same one, carries PPP. */
  readonly atInterface: number;
  readonly pppInterface: number;
  /** Its serial ports, which USB shows in every mode; a router without their driver asks it over its control device. */
  readonly serialPorts: readonly ExpectedInterface[];
  /** The modes that this model has, and what of USB carries the data in each. */
  readonly modes: Readonly<Partial<Record<DataMode, readonly ExpectedInterface[]>>>;
  /**
   * How it was asked last, where that was not over its AT port, and why: `no AT port: asked by qmicli over /dev/cdc-wdm0`.
   */
  detour(): string | undefined;
  /** Lets programs on the router go on that were paused because they used its port. */
  release(ctx: Ctx): Promise<void>;
  /**
   * @param force send it also where it would lock us out: RNDIS on a Quectel, a composition without AT port on a Sierra
   * @throws HarnessError `modem.locks-out` without it
   */
  at(ctx: Ctx, command: string, limit?: Ms, force?: boolean): Promise<AtReply>;
  identity(ctx: Ctx): Promise<ModemIdentity>;
  numbers(ctx: Ctx): Promise<ModemNumbers>;
  simState(ctx: Ctx): Promise<SimState>;
  /** AT+CFUN? is 1 and no low-power voter holds it down; otherwise the reason. */
  radio(ctx: Ctx): Promise<Radio>;
  /**
   * The same over its control device, whatever its AT port does: QMI and MBIM dial without that.
   * @throws HarnessError `modem.no-way`, `modem.no-answer`, `modem.port-busy`
   */
  radioOverControl(ctx: Ctx): Promise<Radio>;
  /**
   * Gives the FCC authentication that a locked modem waits for, and switches its radio on: until its next start. Only QMI can.
   * @throws HarnessError `modem.no-way`, `modem.fcc-refused`
   */
  unlockFcc(ctx: Ctx): Promise<void>;
  /** The best of CEREG, CGREG and CREG: a data-only SIM is refused by CREG and healthy (fault F60). */
  registration(ctx: Ctx): Promise<Registration>;
  /** What it tells of signal, power and configuration; what a model or its firmware does not tell is left out. */
  readings(ctx: Ctx): Promise<ModemReadings>;
  /** The network function that USB shows after the next restart; undefined: none, or one that we have no name for. */
  composition(ctx: Ctx): Promise<NetworkMode | undefined>;
  /**
   * Has the router what it takes to tell it that? The modem is not asked, and whoever has its ports keeps them.
   * @throws HarnessError what keeps it from that: `modem.no-port`, `rig.no-comgt`, `modem.not-found`
   */
  canCompose(ctx: Ctx, mode: NetworkMode): Promise<void>;
  /**
   * Makes USB show this network function after the next restart, and reads it back. The serial ports stay.
   * @throws HarnessError `modem.no-mode` if the model lacks it, `modem.mode-refused` with the modem's own words
   */
  compose(ctx: Ctx, mode: NetworkMode): Promise<void>;
  /** @throws HarnessError `modem.unknown-bands` where it has a mask that it can't be told again */
  bands(ctx: Ctx): Promise<LteBands>;
  /**
   * Allows these bands of E-UTRA and no other, and reads it back. It searches anew at once, and remembers them when off.
   * @throws HarnessError `modem.no-band` for one that it does not know, `modem.bands-refused`
   */
  allowBands(ctx: Ctx, bands: readonly number[] | 'all'): Promise<void>;
  /** @param setting as `bands` gave it */
  restoreBands(ctx: Ctx, setting: string): Promise<void>;
  /** Restarts the firmware. It leaves USB within seconds; who waits for it to come back looks at the router. */
  restart(ctx: Ctx): Promise<void>;
}
