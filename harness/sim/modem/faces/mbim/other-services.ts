import { ussd } from '../../../../protocols/mbim/other-services.ts';
import { handle, type MbimHandler } from './handler.ts';
import { serviceObstacle } from './obstacle.ts';
import { phonebookHandlers } from './phonebook.ts';
import { smsHandlers } from './sms.ts';

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
];

export const otherHandlers: readonly MbimHandler[] = [...smsHandlers, ...other, ...phonebookHandlers];
