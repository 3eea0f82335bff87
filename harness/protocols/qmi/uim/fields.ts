import { choice, counted, struct, u16, u8 } from '../../binary/field.ts';

// Layouts of UIM: libqmi, data/qmi-service-uim.json; numbers: qmi-enums-uim.h.

export const sessionType = {
  'primary-gw': 0,
  'primary-1x': 1,
  'secondary-gw': 2,
  'secondary-1x': 3,
  'nonprovisioning-slot-1': 4,
  'nonprovisioning-slot-2': 5,
  'card-slot-1': 6,
  'card-slot-2': 7,
  'channel-slot-1': 8,
  'channel-slot-2': 9,
} as const;

/** Through which session a card is read, and which of its applications is meant; no bytes: the session's own. */
export const session = struct({ type: choice(sessionType), aid: counted(u8) });

/** The path leads to the file's directory: two bytes a step, low byte first. */
export const file = struct({ id: u16, path: counted(u8) });

/** Status words of the card (TS 102 221 10.2.1): 0x90 0x00 is success. */
export const cardResult = struct({ sw1: u8, sw2: u8 });
