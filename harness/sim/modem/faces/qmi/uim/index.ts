import * as files from '../../../../../protocols/qmi/uim/files.ts';
import type { Indication } from '../../../turn.ts';
import { handle, type QmiFacts, type QmiHandler, type QmiNews, type QmiService } from '../handler.ts';
import { resetHandler } from '../reset.ts';
import type { Runtime } from '../../../runtime.ts';
import { channelHandlers } from './channels.ts';
import { pinHandlers } from './pin.ts';
import { readHandlers } from './read.ts';
import { slotHandlers, slotNews } from './slots.ts';

// The card never refreshes its files: who waits for that is heard, and waits.
const refreshHandlers: readonly QmiHandler[] = [
  handle(files.refreshRegister, () => ({ values: {} })),
  handle(files.refreshRegisterAll, () => ({ values: {} })),
  handle(files.refreshComplete, () => ({ values: {} })),
];

/** The card: its slot, its PIN and its files. */
export function createUim({ runtime }: { readonly runtime: Runtime }): QmiService {
  const handlers = [
    resetHandler('uim'),
    ...slotHandlers,
    ...pinHandlers,
    ...readHandlers,
    ...refreshHandlers,
    ...channelHandlers(runtime),
  ];
  return { service: 'uim', version: [1, 46], handlers, indications };
}

function indications({ profile, runtime }: QmiFacts, { kind }: Indication): readonly QmiNews[] {
  return kind === 'sim' ? slotNews(profile, runtime.state.sim) : [];
}
