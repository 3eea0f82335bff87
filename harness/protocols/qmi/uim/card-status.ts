import { choice, counted, flag, list, struct, u16, u32, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from '../declare.ts';

const uimPinState = {
  'not-initialized': 0,
  'enabled-not-verified': 1,
  'enabled-verified': 2,
  disabled: 3,
  blocked: 4,
  'permanently-blocked': 5,
} as const;

export type UimPinState = keyof typeof uimPinState;
const pinStateField = choice(uimPinState);

export const applicationState = {
  unknown: 0,
  detected: 1,
  'pin-required': 2,
  'puk-required': 3,
  'check-personalization': 4,
  'pin-blocked': 5,
  illegal: 6,
  ready: 7,
} as const;

const application = struct({
  type: choice({ unknown: 0, sim: 1, usim: 2, ruim: 3, csim: 4, isim: 5 }),
  state: choice(applicationState),
  personalization: choice({
    unknown: 0,
    'in-progress': 1,
    ready: 2,
    'code-required': 3,
    'puk-required': 4,
    blocked: 5,
  }),
  personalizationFeature: u8,
  personalizationLeft: u8,
  personalizationUnblockLeft: u8,
  aid: counted(u8),
  upinReplacesPin1: flag,
  pin1: pinStateField,
  pin1Left: u8,
  puk1Left: u8,
  pin2: pinStateField,
  pin2Left: u8,
  puk2Left: u8,
});

/** An index: the application's number in its low byte, the slot's in its high byte; 0xffff: none. */
export const cardStatus = struct({
  indexGwPrimary: u16,
  index1xPrimary: u16,
  indexGwSecondary: u16,
  index1xSecondary: u16,
  cards: list(
    u8,
    struct({
      state: choice({ absent: 0, present: 1, error: 2 }),
      upin: pinStateField,
      upinLeft: u8,
      upukLeft: u8,
      error: choice({
        unknown: 0,
        'power-down': 1,
        poll: 2,
        'no-atr': 3,
        'voltage-mismatch': 4,
        parity: 5,
        'possibly-removed': 6,
        technical: 7,
      }),
      applications: list(u8, application),
    }),
  ),
});

export const getCardStatus = qmiCommand({
  service: 'uim',
  id: 0x002f,
  name: 'Get Card Status',
  request: {},
  response: { status: optional(0x10, cardStatus) },
});

export const cardStatusIndication = qmiIndication({
  service: 'uim',
  id: 0x0032,
  name: 'Card Status',
  tlvs: { status: optional(0x10, cardStatus) },
});

export const eventBit = {
  cardStatus: 0x01,
  sapConnection: 0x02,
  extendedCardStatus: 0x04,
  slotStatus: 0x10,
} as const;

export const registerEvents = qmiCommand({
  service: 'uim',
  id: 0x002e,
  name: 'Register Events',
  request: { events: mandatory(0x01, u32) },
  response: { events: optional(0x10, u32) },
});

export const powerOffSim = qmiCommand({
  service: 'uim',
  id: 0x0030,
  name: 'Power Off SIM',
  request: { slot: mandatory(0x01, u8) },
  response: {},
});

export const powerOnSim = qmiCommand({
  service: 'uim',
  id: 0x0031,
  name: 'Power On SIM',
  request: { slot: mandatory(0x01, u8), ignoreHotSwap: optional(0x10, flag) },
  response: {},
});

export const changeProvisioningSession = qmiCommand({
  service: 'uim',
  id: 0x0038,
  name: 'Change Provisioning Session',
  request: {
    change: mandatory(0x01, struct({ type: u8, activate: flag })),
    application: optional(0x10, struct({ slot: u8, aid: counted(u8) })),
  },
  response: {},
});

const slots = {
  status: optional(
    0x10,
    list(
      u8,
      struct({
        card: choice({ unknown: 0, absent: 1, present: 2 }, u32),
        slot: choice({ inactive: 0, active: 1 }, u32),
        logicalSlot: u8,
        /** As in EF_ICCID: the digits of each byte swapped. */
        iccid: counted(u8),
      }),
    ),
  ),
  information: optional(
    0x11,
    list(
      u8,
      struct({
        protocol: choice({ unknown: 0, icc: 1, uicc: 2 }, u32),
        applications: u8,
        atr: counted(u8),
        isEuicc: flag,
      }),
    ),
  ),
};

export const getSlotStatus = qmiCommand({
  service: 'uim',
  id: 0x0047,
  name: 'Get Slot Status',
  request: {},
  response: slots,
});

export const slotStatusIndication = qmiIndication({
  service: 'uim',
  id: 0x0048,
  name: 'Slot Status',
  tlvs: slots,
});

export const switchSlot = qmiCommand({
  service: 'uim',
  id: 0x0046,
  name: 'Switch Slot',
  request: { logicalSlot: mandatory(0x01, u8), physicalSlot: mandatory(0x02, u32) },
  response: {},
});

const lock = struct({ feature: u8, verifyLeft: u8, unblockLeft: u8 });

export const configurationBit = { automaticSelection: 1, personalization: 2, haltSubscription: 4 } as const;

export const getConfiguration = qmiCommand({
  service: 'uim',
  id: 0x003a,
  name: 'Get Configuration',
  request: { mask: optional(0x10, u32) },
  response: {
    automaticSelection: optional(0x10, flag),
    /** Locks that are active. */
    personalization: optional(0x11, list(u8, lock)),
    haltSubscription: optional(0x12, flag),
  },
});

export const depersonalization = qmiCommand({
  service: 'uim',
  id: 0x0029,
  name: 'Depersonalization',
  request: {
    info: mandatory(0x01, struct({ feature: u8, operation: u8, key: counted(u8) })),
    slot: optional(0x10, u8),
  },
  response: { retries: optional(0x10, struct({ verifyLeft: u8, unblockLeft: u8 })) },
});
