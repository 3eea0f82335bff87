import { choice, flag, struct, text, u32, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand } from '../declare.ts';
import { cardResult, session } from './fields.ts';

const pinId = choice({ unknown: 0, pin1: 1, pin2: 2, upin: 3, 'hidden-key': 4 });

const response = {
  retries: optional(0x10, struct({ verifyLeft: u8, unblockLeft: u8 })),
  token: optional(0x12, u32),
  cardResult: optional(0x13, cardResult),
};

export const uimSetPinProtection = qmiCommand({
  service: 'uim',
  id: 0x0025,
  name: 'Set PIN Protection',
  request: {
    session: mandatory(0x01, session),
    info: mandatory(0x02, struct({ id: pinId, enabled: flag, pin: text(u8) })),
    token: optional(0x11, u32),
  },
  response,
});

export const uimVerifyPin = qmiCommand({
  service: 'uim',
  id: 0x0026,
  name: 'Verify PIN',
  request: {
    session: mandatory(0x01, session),
    info: mandatory(0x02, struct({ id: pinId, pin: text(u8) })),
    token: optional(0x12, u32),
  },
  response,
});

export const uimUnblockPin = qmiCommand({
  service: 'uim',
  id: 0x0027,
  name: 'Unblock PIN',
  request: {
    session: mandatory(0x01, session),
    info: mandatory(0x02, struct({ id: pinId, puk: text(u8), newPin: text(u8) })),
    token: optional(0x11, u32),
  },
  response,
});

export const uimChangePin = qmiCommand({
  service: 'uim',
  id: 0x0028,
  name: 'Change PIN',
  request: {
    session: mandatory(0x01, session),
    info: mandatory(0x02, struct({ id: pinId, pin: text(u8), newPin: text(u8) })),
    token: optional(0x11, u32),
  },
  response,
});
