import { choice, list, struct, u32, u64 } from '../../binary/field.ts';
import { nothing } from '../declare.ts';
import { nested, string } from '../fields.ts';
import { basicConnect } from './declare.ts';

/** MBIM_PROVIDER_STATE: bits. */
export const providerState = { home: 1, forbidden: 2, preferred: 4, visible: 8, registered: 16 } as const;

/** Signal values that are not known (TS 27.007 8.5). */
export const SIGNAL_UNKNOWN = 99;

const provider = struct({
  providerId: string,
  state: u32,
  providerName: string,
  cellularClass: u32,
  rssi: u32,
  errorRate: u32,
});

const providers = struct({ providers: list(u32, nested(provider)) });

export const homeProvider = basicConnect({
  cid: 6,
  name: 'HOME_PROVIDER',
  query: nothing,
  set: provider,
  response: provider,
});

export const preferredProviders = basicConnect({
  cid: 7,
  name: 'PREFERRED_PROVIDERS',
  query: nothing,
  set: providers,
  response: providers,
  indicates: true,
});

export const visibleProviders = basicConnect({
  cid: 8,
  name: 'VISIBLE_PROVIDERS',
  query: struct({ action: choice({ fullScan: 0, restrictedScan: 1 }, u32) }),
  response: providers,
});

export const multicarrierProviders = basicConnect({
  cid: 24,
  name: 'MULTICARRIER_PROVIDERS',
  query: nothing,
  set: providers,
  response: providers,
  indicates: true,
});

export const registerState = basicConnect({
  cid: 9,
  name: 'REGISTER_STATE',
  query: nothing,
  set: struct({
    providerId: string,
    action: choice({ automatic: 0, manual: 1 }, u32),
    dataClass: u32,
  }),
  response: struct({
    /** TS 24.008 10.5.3.6, or 0. */
    nwError: u32,
    registerState: choice(
      { unknown: 0, deregistered: 1, searching: 2, home: 3, roaming: 4, partner: 5, denied: 6 },
      u32,
    ),
    registerMode: choice({ unknown: 0, automatic: 1, manual: 2 }, u32),
    availableDataClasses: u32,
    currentCellularClass: u32,
    providerId: string,
    providerName: string,
    roamingText: string,
    /** Bit 0: no manual selection; bit 1: attaches to packet service by itself. */
    registrationFlag: u32,
  }),
  indicates: true,
});

export const packetService = basicConnect({
  cid: 10,
  name: 'PACKET_SERVICE',
  query: nothing,
  set: struct({ action: choice({ attach: 0, detach: 1 }, u32) }),
  response: struct({
    nwError: u32,
    state: choice({ unknown: 0, attaching: 1, attached: 2, detaching: 3, detached: 4 }, u32),
    highestDataClass: u32,
    /** Bits a second. */
    uplinkSpeed: u64,
    downlinkSpeed: u64,
  }),
  indicates: true,
});

export const signalState = basicConnect({
  cid: 11,
  name: 'SIGNAL_STATE',
  query: nothing,
  set: struct({ interval: u32, rssiThreshold: u32, errorRateThreshold: u32 }),
  response: struct({
    /** 0 to 31, TS 27.007 8.5. */
    rssi: u32,
    errorRate: u32,
    /** Seconds between two reports. */
    interval: u32,
    rssiThreshold: u32,
    errorRateThreshold: u32,
  }),
  indicates: true,
});
