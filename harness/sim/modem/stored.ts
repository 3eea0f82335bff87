import type { UsbNames } from './usb.ts';

/** What users leave in the modem's own memory and no other part is about. It outlives restarts. */
export interface Stored {
  readonly userData: Uint8Array | undefined;
  /** Four digits. */
  readonly lockCode: string;
  readonly locked: boolean;
  readonly bootImageDownload: 'normal' | 'boot-and-recovery';
  /** Wishes about service that the emulated air does not act upon, by name, as numbers of QMI NAS. */
  readonly servicePreferences: Readonly<Record<string, number | bigint>>;
  /** Sierra's AT!BAND: the sets that users defined, and the number of the one that was chosen last. */
  readonly bandSets: readonly BandSet[];
  readonly bandSet: number;
  /** Firmware and carrier configuration that are wanted, by build id; undefined: those that run. */
  readonly preferredImages: { readonly modem: string; readonly pri: string } | undefined;
  /** Messages in the modem's own memory, by rising place. */
  readonly texts: readonly TextMessage[];
  readonly textRoutes: readonly TextRoute[];
  readonly broadcasts: Broadcasts;
  readonly location: LocationSettings;
  /** By kind of file: which one is in force, and which is to be, by id. */
  readonly carrierConfigs: Readonly<Record<CarrierConfigKind, CarrierConfigs>>;
  /** Quectel's AT+QMBNCFG="AutoSel": the card is to choose among them. */
  readonly carrierByCard: boolean;
  /** Quectel's AT+QCFG: those that the emulated air does not act upon, by name. */
  readonly quectelSettings: Readonly<Record<string, number>>;
  /** Of the limits on radiated power (QMI SAR). */
  readonly sarState: number;
  readonly calls: CallSettings;
  readonly usbNames: UsbNames;
  /** Sierra's AT!CUSTOM, by name: those that were set. */
  readonly customSwitches: Readonly<Record<string, number>>;
  /** Sierra's AT!PRIID; undefined: as delivered. */
  readonly configurationId: ConfigurationId | undefined;
  /** What AT+CCLK set: milliseconds ahead of the network's time. */
  readonly clockOffset: number;
  /** TP-MR of the last message sent. */
  readonly textReference: number;
}

/** Which settings of a maker's customer a modem has. */
export interface ConfigurationId {
  readonly part: string;
  readonly revision: string;
  readonly customer: string;
}

/** Of the packet data services as QMI WDS knows them. */
export interface CallSettings {
  /** The modem sets a call up by itself as soon as it has service. */
  readonly autoconnect: boolean;
  /** That in the home network alone. */
  readonly homeOnly: boolean;
  /** cids of contexts */
  readonly defaultProfile: number;
  readonly attachList: readonly number[];
}

export type TextStatus = 'unread' | 'read' | 'unsent' | 'sent';
export type TextStorage = 'sim' | 'device';

/** A text message that is kept. */
export interface TextMessage {
  /** From 0 on. */
  readonly place: number;
  readonly status: TextStatus;
  /** The centre's address, then the message (TS 27.005 3.1). */
  readonly pdu: Uint8Array;
}

/** What becomes of messages of a class (TS 23.038 4); undefined: of those that name none. */
export interface TextRoute {
  readonly class: 0 | 1 | 2 | 3 | undefined;
  readonly action: 'discard' | 'store' | 'transfer';
  /** Where they are stored. */
  readonly storage?: TextStorage;
}

/** Which cell broadcasts are to reach the host. The emulated network sends none. */
export interface Broadcasts {
  readonly active: boolean;
  readonly channels: readonly BroadcastChannels[];
  /** Data coding schemes as AT+CSCB was given them. */
  readonly schemes: string;
}

/** Message identifiers (TS 23.041 9.4.1.2.2) from one number to another, both included. */
export interface BroadcastChannels {
  readonly start: number;
  readonly end: number;
  readonly selected: boolean;
}

/** Bands of GSM and WCDMA as Qualcomm numbers them, and of E-UTRA: bit n-1 stands for band n. */
export interface BandSet {
  readonly number: number;
  readonly name: string;
  readonly gw: bigint;
  readonly lte: bigint;
}

/** As numbers of QMI LOC. */
export interface LocationSettings {
  readonly nmeaTypes: number;
  /** Sentences come out of the NMEA function as well. */
  readonly nmeaPort: boolean;
  readonly mode: number;
  readonly lock: number;
  /** Of assistance data: its name, or its address as the host wrote it. */
  readonly server: {
    readonly url?: string | undefined;
    readonly ipv4?: { readonly address: number; readonly port: number } | undefined;
  };
}

export type CarrierConfigKind = 'platform' | 'software';

export interface CarrierConfigs {
  readonly stored: readonly CarrierConfig[];
  readonly active: string | undefined;
  readonly pending: string | undefined;
}

/** A carrier's settings as the maker has signed them (MBN file). */
export interface CarrierConfig {
  /** SHA-1 of the file, hexadecimal. */
  readonly id: string;
  readonly description: string;
  readonly version: number;
  /** Bytes. */
  readonly size: number;
  /** Year, month, day and a count within the day, as makers write it: 201806201. */
  readonly released: number;
}

/** As delivered (TS 23.038 4): class 0 goes to the host and nowhere else, the rest to the card. */
const factoryRoutes: readonly TextRoute[] = [
  { class: 0, action: 'transfer' },
  { class: 1, action: 'store', storage: 'device' },
  { class: 2, action: 'store', storage: 'sim' },
  { class: 3, action: 'store', storage: 'sim' },
  { class: undefined, action: 'store', storage: 'sim' },
];

/** What users can leave there, as it was delivered. */
export function deliveredMemory(carrierConfigs: readonly CarrierConfig[]): Stored {
  return {
    userData: undefined,
    lockCode: '0000',
    locked: false,
    bootImageDownload: 'normal',
    servicePreferences: {},
    bandSets: [],
    bandSet: 0,
    preferredImages: undefined,
    texts: [],
    textRoutes: factoryRoutes,
    broadcasts: { active: false, channels: [], schemes: '' },
    // All sentences that the firmware makes, and no lock.
    location: { nmeaTypes: 0x1f, nmeaPort: true, mode: 4, lock: 1, server: {} },
    carrierConfigs: {
      platform: { stored: [], active: undefined, pending: undefined },
      software: {
        stored: carrierConfigs,
        active: carrierConfigs[0]?.id,
        pending: undefined,
      },
    },
    carrierByCard: true,
    quectelSettings: {},
    sarState: 0,
    calls: { autoconnect: false, homeOnly: false, defaultProfile: 1, attachList: [1] },
    usbNames: {},
    customSwitches: {},
    configurationId: undefined,
    clockOffset: 0,
    textReference: 0,
  };
}
