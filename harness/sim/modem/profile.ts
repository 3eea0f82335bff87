import type { MachineTraits, PdpContext, SimCard } from './state.ts';
import type { UsbFunction } from './usb.ts';

/** A model of modem as data: what it says it is, how it shows on USB, and where its firmware has ways of its own. */
export interface ModemProfile {
  /** `mc7455` */
  readonly id: string;
  readonly title: string;
  readonly identity: ModemNames;
  readonly usb: ModemUsb;
  readonly traits: MachineTraits;
  readonly at: AtDialect;
  readonly dial: DialManner;
  /** tty on which a router dials: `/dev/ttyUSB2`, with no other serial device present. */
  readonly pppDevice: string;
  readonly contexts: readonly PdpContext[];
  /** Bit n-1 stands for band n of E-UTRA. */
  readonly lteBands: bigint;
  /** A card with synthetic numbers (test network ranges), for rigs that name none. */
  readonly card: SimCard;
}

export interface ModemNames {
  readonly manufacturer: string;
  readonly model: string;
  /** As AT+CGMR gives it. */
  readonly revision: string;
  /** Firmware version alone: `02.24.05.06`. */
  readonly version: string;
  /** 15 digits, synthetic: type allocation code of the test range (TS 23.003 6.2.1). */
  readonly imei: string;
  readonly imeiSv: string;
  readonly serialNumber: string;
}

export interface ModemUsb {
  /** Four hexadecimal digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  readonly bcdDevice: string;
  readonly manufacturer: string;
  readonly product: string;
  /** The string descriptor; undefined where the device has none. */
  readonly serialNumber: string | undefined;
  readonly maxPowerMa: number;
  /** By bit of a mask, or by number: see `composition`. */
  readonly functions: Readonly<Record<number, readonly UsbFunction[]>>;
  /** `bits`: the functions of every set bit together; `choice`: those of that number. */
  readonly composition: { readonly kind: 'bits' | 'choice'; readonly factory: number };
  readonly bootLoader: { readonly productId: string; readonly bcdDevice: string; readonly product: string };
}

export interface AtDialect {
  /** Whose own commands it knows besides the standard ones. */
  readonly vendor: 'sierra' | 'quectel';
  /** What AT+CMEE? says after a start. */
  readonly errorLevel: 0 | 1 | 2;
  /** Interface that gets unsolicited codes when the port that is open has not asked for them. */
  readonly urcInterface: number;
}

export interface DialManner {
  /**
   * `dial`: ATD sets the session up and says NO CARRIER if that fails. `network-phase`: ATD says CONNECT at once, PPP
   * authenticates against nothing, and only then is the session asked for: without a network the link hangs there.
   */
  readonly activatesAt: 'dial' | 'network-phase';
  readonly authentication: 'none' | 'pap' | 'chap';
  /** Behind `CONNECT`; undefined: nothing. */
  readonly connectText: string | undefined;
  /** Its own end of the PPP link. */
  readonly localAddress: string;
}

/** What USB shows in this composition, by rising interface number. */
export function functionsOf(usb: ModemUsb, composition: number): readonly UsbFunction[] {
  const { functions } = usb;
  if (usb.composition.kind === 'choice') return functions[composition] ?? [];
  return Object.keys(functions)
    .map(Number)
    .filter((bit) => (composition & bit) !== 0)
    .flatMap((bit) => functions[bit] ?? [])
    .sort((a, b) => a.number - b.number);
}
