import type { SimCard } from './sim-card.ts';
import type { MachineTraits, PdpContext } from './state.ts';
import type { CarrierConfig } from './stored.ts';
import type { QmiServiceName } from '../../protocols/qmi/services.ts';
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
  /** Left out: as MDM9x30 and later have it. */
  readonly qmi?: QmiManner;
  /** What QMI and MBIM tell besides; what is left out is derived (`detailsOf`). */
  readonly details?: ModelDetails;
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
  /** Sierra's configuration types, the factory's first; left out: there is but one way. */
  readonly types?: readonly CompositionType[];
  readonly bootLoader: { readonly productId: string; readonly bcdDevice: string; readonly product: string };
}

/** A type of AT!USBCOMP: it can have product ids and interface numbers of its own. */
export interface CompositionType {
  readonly number: number;
  readonly name: string;
  /** False: the model lists it, and this firmware refuses it. */
  readonly offered: boolean;
  readonly productId?: string;
  readonly bootProductId?: string;
  readonly functions?: Readonly<Record<number, readonly UsbFunction[]>>;
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

export interface QmiManner {
  /** Answers nothing without Data Terminal Ready (MDM9x30 and later; qmi_wwan.c, QMI_WWAN_QUIRK_DTR). */
  readonly needsDtr: boolean;
  /** `raw-ip` is all that MDM9x30 and later know; older ones start with 802.3 frames and can be switched. */
  readonly framing: 'raw-ip' | 'either';
  /** Left out: all that the emulated firmware has. */
  readonly services?: readonly QmiServiceName[];
}

export interface ModelDetails {
  /** What DMS calls it; left out: as AT does. */
  readonly dmsNames?: Pick<ModemNames, 'manufacturer' | 'model'>;
  /** `1.0` */
  readonly hardwareRevision?: string;
  /** The maker's number of the variant. */
  readonly sku?: string;
  readonly bootVersion?: string;
  /** Of the model's category, bit/s. */
  readonly rates?: { readonly up: number; readonly down: number };
  /** GSM and WCDMA bands as bits (libqmi, QmiDmsBandCapability): 22 is WCDMA 2100, 23 PCS 1900 … */
  readonly bands?: bigint;
  readonly radios?: readonly ('gsm' | 'umts' | 'lte')[];
  /** What firmware answers about the card only through UIM, and what DMS says instead; left out: DMS knows it all. */
  readonly dmsRefuses?: {
    readonly what: 'card' | 'PIN';
    readonly error: 'NotSupported' | 'InvalidQmiCommand';
  };
  readonly simSlots?: number;
  /** Microsoft's extensions of MBIM, as firmware since Windows 10 (MDM9x50) has them. */
  readonly mbimExtensions?: boolean;
  /** Carriers' settings as delivered, the one in force first. */
  readonly carrierConfigs?: readonly CarrierConfig[];
}

/** What USB shows in this composition, by rising interface number. */
export function functionsOf(usb: ModemUsb, composition: number, type = 0): readonly UsbFunction[] {
  const functions = compositionType(usb, type)?.functions ?? usb.functions;
  if (usb.composition.kind === 'choice') return functions[composition] ?? [];
  return Object.keys(functions)
    .map(Number)
    .filter((bit) => (composition & bit) !== 0)
    .flatMap((bit) => functions[bit] ?? [])
    .sort((a, b) => a.number - b.number);
}

/** Undefined where the model has no types. */
export function compositionType(usb: ModemUsb, type: number): CompositionType | undefined {
  return usb.types?.find(({ number }) => number === type);
}
