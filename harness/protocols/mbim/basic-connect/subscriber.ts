import { choice, list, struct, u32 } from '../../binary/field.ts';
import { nothing } from '../declare.ts';
import { string } from '../fields.ts';
import { basicConnect } from './declare.ts';

export const subscriberReadyStatus = basicConnect({
  cid: 2,
  name: 'SUBSCRIBER_READY_STATUS',
  query: nothing,
  response: struct({
    readyState: choice(
      {
        notInitialized: 0,
        initialized: 1,
        simNotInserted: 2,
        badSim: 3,
        failure: 4,
        notActivated: 5,
        deviceLocked: 6,
      },
      u32,
    ),
    subscriberId: string,
    simIccId: string,
    /** Bit 0: the identity is not to be shown. */
    readyInfo: u32,
    telephoneNumbers: list(u32, string),
  }),
  indicates: true,
});

const radioSwitch = choice({ off: 0, on: 1 }, u32);

export const radioState = basicConnect({
  cid: 3,
  name: 'RADIO_STATE',
  query: nothing,
  set: struct({ radioState: radioSwitch }),
  response: struct({ hardware: radioSwitch, software: radioSwitch }),
  indicates: true,
});

const pinType = choice(
  {
    none: 0,
    custom: 1,
    pin1: 2,
    pin2: 3,
    deviceSimPin: 4,
    deviceFirstSimPin: 5,
    networkPin: 6,
    networkSubsetPin: 7,
    serviceProviderPin: 8,
    corporatePin: 9,
    subsidyLock: 10,
    puk1: 11,
    puk2: 12,
    deviceFirstSimPuk: 13,
    networkPuk: 14,
    networkSubsetPuk: 15,
    serviceProviderPuk: 16,
    corporatePuk: 17,
  },
  u32,
);

/** Where the number of tries that are left means nothing. */
export const ATTEMPTS_UNKNOWN = 0xffff_ffff;

export const pin = basicConnect({
  cid: 4,
  name: 'PIN',
  query: nothing,
  set: struct({
    pinType,
    operation: choice({ enter: 0, enable: 1, disable: 2, change: 3 }, u32),
    pin: string,
    newPin: string,
  }),
  response: struct({
    pinType,
    pinState: choice({ unlocked: 0, locked: 1 }, u32),
    remainingAttempts: u32,
  }),
});

const pinDescription = struct({
  mode: choice({ notSupported: 0, enabled: 1, disabled: 2 }, u32),
  format: choice({ unknown: 0, numeric: 1, alphanumeric: 2 }, u32),
  minimumLength: u32,
  maximumLength: u32,
});

export const pinList = basicConnect({
  cid: 5,
  name: 'PIN_LIST',
  query: nothing,
  response: struct({
    pin1: pinDescription,
    pin2: pinDescription,
    deviceSimPin: pinDescription,
    deviceFirstSimPin: pinDescription,
    networkPin: pinDescription,
    networkSubsetPin: pinDescription,
    serviceProviderPin: pinDescription,
    corporatePin: pinDescription,
    subsidyLock: pinDescription,
    custom: pinDescription,
  }),
});
