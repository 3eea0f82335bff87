import { counted, flag, u16, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand } from '../declare.ts';
import { cardResult } from './fields.ts';

// Straight to the card: its logical channels and command APDUs (libqmi, data/qmi-service-uim.json).

const opened = {
  channel: optional(0x10, u8),
  cardResult: optional(0x11, cardResult),
  selectResponse: optional(0x12, counted(u8)),
};

export const openLogicalChannel = qmiCommand({
  service: 'uim',
  id: 0x0042,
  name: 'Open Logical Channel',
  request: {
    slot: mandatory(0x01, u8),
    aid: optional(0x10, counted(u8)),
    parameters: optional(0x11, u8),
  },
  response: opened,
});

/** With an AID it opens one, with a channel it closes that. */
export const logicalChannel = qmiCommand({
  service: 'uim',
  id: 0x003f,
  name: 'Logical Channel',
  request: {
    slot: mandatory(0x01, u8),
    aid: optional(0x10, counted(u8)),
    channel: optional(0x11, u8),
    parameters: optional(0x12, u8),
    terminate: optional(0x13, flag),
  },
  response: opened,
});

export const sendApdu = qmiCommand({
  service: 'uim',
  id: 0x003b,
  name: 'Send APDU',
  request: {
    slot: mandatory(0x01, u8),
    command: mandatory(0x02, counted(u16)),
    channel: optional(0x10, u8),
    procedureBytes: optional(0x11, u8),
  },
  /** Data, and the two bytes of status. */
  response: { reply: optional(0x10, counted(u16)) },
});

/** What the card says after its reset (TS 102 221 6.3). */
export const getAtr = qmiCommand({
  service: 'uim',
  id: 0x0041,
  name: 'Get ATR',
  request: { slot: mandatory(0x01, u8) },
  response: { atr: optional(0x10, counted(u8)) },
});
