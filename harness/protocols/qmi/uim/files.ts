import { choice, counted, flag, list, struct, u16, u32, u8 } from '../../binary/field.ts';
import { mandatory, optional, qmiCommand, qmiIndication } from '../declare.ts';
import { cardResult, file, session, sessionType } from './fields.ts';

export const readTransparent = qmiCommand({
  service: 'uim',
  id: 0x0020,
  name: 'Read Transparent',
  request: {
    session: mandatory(0x01, session),
    file: mandatory(0x02, file),
    /** Length 0: to the end. */
    range: mandatory(0x03, struct({ offset: u16, length: u16 })),
    token: optional(0x10, u32),
    encrypt: optional(0x11, flag),
  },
  response: {
    cardResult: optional(0x10, cardResult),
    content: optional(0x11, counted(u16)),
    token: optional(0x12, u32),
  },
});

export const readRecord = qmiCommand({
  service: 'uim',
  id: 0x0021,
  name: 'Read Record',
  request: {
    session: mandatory(0x01, session),
    file: mandatory(0x02, file),
    /** Numbers start at 1; length 0: the whole record. */
    record: mandatory(0x03, struct({ number: u16, length: u16 })),
    last: optional(0x10, u16),
    token: optional(0x11, u32),
  },
  response: {
    cardResult: optional(0x10, cardResult),
    content: optional(0x11, counted(u16)),
    more: optional(0x12, counted(u16)),
    token: optional(0x13, u32),
  },
});

/** Who may: PIN1, PIN2, UPIN, ADM as bits, and how they are joined. */
const access = { logic: choice({ always: 0, never: 1, and: 2, or: 3, single: 4 }), keys: u16 };

export const fileType = {
  transparent: 0,
  cyclic: 1,
  'linear-fixed': 2,
  'dedicated-file': 3,
  'master-file': 4,
} as const;

export const getFileAttributes = qmiCommand({
  service: 'uim',
  id: 0x0024,
  name: 'Get File Attributes',
  request: {
    session: mandatory(0x01, session),
    file: mandatory(0x02, file),
    token: optional(0x10, u32),
  },
  response: {
    cardResult: optional(0x10, cardResult),
    attributes: optional(
      0x11,
      struct({
        size: u16,
        id: u16,
        type: choice(fileType),
        recordSize: u16,
        recordCount: u16,
        read: struct(access),
        write: struct(access),
        increase: struct(access),
        deactivate: struct(access),
        activate: struct(access),
        /** The card's own answer to SELECT: the file control parameters of TS 102 221 11.1.1.3. */
        raw: counted(u16),
      }),
    ),
    token: optional(0x12, u32),
  },
});

export const refreshRegister = qmiCommand({
  service: 'uim',
  id: 0x002a,
  name: 'Refresh Register',
  request: {
    session: mandatory(0x01, session),
    info: mandatory(0x02, struct({ register: flag, voteForInit: flag, files: list(u16, file) })),
  },
  response: {},
});

export const refreshComplete = qmiCommand({
  service: 'uim',
  id: 0x002c,
  name: 'Refresh Complete',
  request: { session: mandatory(0x01, session), success: mandatory(0x02, flag) },
  response: {},
});

export const refreshRegisterAll = qmiCommand({
  service: 'uim',
  id: 0x0044,
  name: 'Refresh Register All',
  request: { session: mandatory(0x01, session), register: mandatory(0x02, flag) },
  response: {},
});

export const refreshIndication = qmiIndication({
  service: 'uim',
  id: 0x0033,
  name: 'Refresh',
  tlvs: {
    event: optional(
      0x10,
      struct({
        stage: choice({ 'wait-for-ok': 0, start: 1, success: 2, failure: 3 }),
        mode: u8,
        session: choice(sessionType),
        aid: counted(u8),
        files: list(u16, file),
      }),
    ),
  },
});
