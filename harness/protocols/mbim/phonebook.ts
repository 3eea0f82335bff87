import { choice, list, struct, u32 } from '../binary/field.ts';
import { mbimCommand, nothing } from './declare.ts';
import { nested, string } from './fields.ts';
import { mbimService } from './services.ts';

// MBIM 1.0, section 10.8. Places count from 1.
const service = mbimService.phonebook;
const filter = struct({ flag: choice({ all: 0, index: 1 }, u32), index: u32 });

export const phonebookConfiguration = mbimCommand({
  service,
  cid: 1,
  name: 'PHONEBOOK_CONFIGURATION',
  query: nothing,
  response: struct({
    state: choice({ notInitialized: 0, initialized: 1 }, u32),
    entries: u32,
    usedEntries: u32,
    maxNumberLength: u32,
    maxNameLength: u32,
  }),
  indicates: true,
});

export const phonebookRead = mbimCommand({
  service,
  cid: 2,
  name: 'PHONEBOOK_READ',
  query: filter,
  response: struct({ entries: list(u32, nested(struct({ index: u32, number: string, name: string }))) }),
});

export const phonebookDelete = mbimCommand({
  service,
  cid: 3,
  name: 'PHONEBOOK_DELETE',
  set: filter,
});

export const phonebookWrite = mbimCommand({
  service,
  cid: 4,
  name: 'PHONEBOOK_WRITE',
  set: struct({ place: choice({ unused: 0, index: 1 }, u32), index: u32, number: string, name: string }),
});
