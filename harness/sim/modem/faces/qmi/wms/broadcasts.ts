import * as wms from '../../../../../protocols/qmi/wms.ts';
import type { Broadcasts } from '../../../stored.ts';
import { handle, type QmiCall, type QmiHandler } from '../handler.ts';

/** Which cell broadcasts are to reach the host; those of CDMA there are none of. */
export const broadcastHandlers: readonly QmiHandler[] = [
  handle(wms.wmsSetBroadcastActivation, (call, { activation: { mode, active } }) =>
    mode === 'cdma' ? noSuchMode : change(call, { active }),
  ),
  handle(wms.wmsSetBroadcastConfig, (call, { mode, channels }) => {
    if (mode === 'cdma') return noSuchMode;
    if (!channels) return { error: 'MissingArgument' };
    if (channels.some(({ start, end }) => start > end)) return { error: 'InvalidArgument' };
    return change(call, { channels });
  }),
  handle(wms.wmsGetBroadcastConfig, ({ runtime }, { mode }) => {
    const { active, channels } = runtime.state.stored.broadcasts;
    return mode === 'cdma' ? noSuchMode : { values: { config: { active, channels } } };
  }),
];

const noSuchMode = { error: 'DeviceUnsupported' } as const;

function change({ runtime }: QmiCall, what: Partial<Broadcasts>): { readonly values: object } {
  const broadcasts = { ...runtime.state.stored.broadcasts, ...what };
  runtime.input({ kind: 'store', change: { broadcasts } });
  return { values: {} };
}
