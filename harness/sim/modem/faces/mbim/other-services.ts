import { phonebookConfiguration, ussd } from '../../../../protocols/mbim/other-services.ts';
import { handle, type MbimHandler } from './handler.ts';
import { cardObstacle, serviceObstacle } from './obstacle.ts';
import { smsHandlers } from './sms.ts';

/** What a USIM of today holds (TS 31.102 4.2.26, as bought). */
const PHONEBOOK_PLACES = 250;

const other: readonly MbimHandler[] = [
  handle(ussd)({
    set: ({ runtime }, { action, codingScheme }) => {
      const obstacle = serviceObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      if (action !== 'initiate') return { status: 'OperationNotAllowed' };
      return {
        values: {
          response: 'operationNotSupported',
          session: 'new',
          codingScheme,
          payload: new Uint8Array(),
        },
      };
    },
  }),
  handle(phonebookConfiguration)({
    query: ({ runtime }) => {
      const obstacle = cardObstacle(runtime.state);
      if (obstacle) return { status: obstacle };
      return {
        values: {
          state: 'initialized',
          entries: PHONEBOOK_PLACES,
          usedEntries: 0,
          maxNumberLength: 40,
          maxNameLength: 14,
        },
      };
    },
  }),
];

export const otherHandlers: readonly MbimHandler[] = [...smsHandlers, ...other];
