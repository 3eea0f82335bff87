import { list, u16, u8 } from '../../../../protocols/binary/field.ts';
import { optional, qmiCommand } from '../../../../protocols/qmi/declare.ts';
import { handle, type QmiHandler, type QmiService } from './handler.ts';

/** Ids above are the vendor's: the bit map would have to be kilobytes long. */
const LAST_ID = 0x1ff;

/** Get Supported Messages, which every service but CTL answers: a bit for each id, low bits first. */
export function supportedMessages({ service, handlers }: QmiService): QmiHandler {
  const command = qmiCommand({
    service,
    id: 0x001e,
    name: 'Get Supported Messages',
    request: {},
    response: { list: optional(0x10, list(u16, u8)) },
  });
  const ids = [command.id, ...handlers.map((handler) => handler.command.id)].filter((id) => id <= LAST_ID);
  const bitmap = new Uint8Array((Math.max(...ids) >> 3) + 1);
  for (const id of ids) bitmap[id >> 3] = (bitmap[id >> 3] ?? 0) | (1 << (id & 7));
  return handle(command, () => ({ values: { list: [...bitmap] } }));
}
