import * as uim from '../../../../../protocols/qmi/uim/channels.ts';
import { createCardChannels, type CardChannels } from '../../../card-channels.ts';
import { cardAtr } from '../../../card-files.ts';
import type { Runtime } from '../../../runtime.ts';
import type { QmiErrorName } from '../../../../../protocols/qmi/result.ts';
import { handle, type QmiAnswer, type QmiHandler } from '../handler.ts';

/** The card itself, past all that the firmware knows of it. */
export function channelHandlers(runtime: Runtime): readonly QmiHandler[] {
  const channels = createCardChannels(runtime);
  return [
    handle(uim.openLogicalChannel, ({ runtime: { state } }, { slot, aid }) => {
      const error = obstacle(state.sim, slot);
      return error ? { error } : open(channels, aid ?? new Uint8Array(0));
    }),
    handle(uim.logicalChannel, ({ runtime: { state } }, { slot, aid, channel }) => {
      const error = obstacle(state.sim, slot);
      if (error) return { error };
      if (channel === undefined) return aid ? open(channels, aid) : { error: 'MissingArgument' };
      return channels.close(channel) ? { values: {} } : { error: 'InvalidArgument' };
    }),
    handle(uim.sendApdu, ({ runtime: { state } }, { slot, command, channel = 0 }) => {
      const error = obstacle(state.sim, slot);
      if (error) return { error };
      const reply = channels.transmit(channel, command);
      if (!reply) return { error: 'InvalidArgument' };
      return { values: { reply: Uint8Array.of(...reply.data, ...reply.status) } };
    }),
    handle(uim.getAtr, ({ runtime: { state } }, { slot }) => {
      const error = obstacle(state.sim, slot);
      return error ? { error } : { values: { atr: cardAtr } };
    }),
  ];
}

/** One slot has a card; it talks as soon as it has its supply, PIN or not. */
function obstacle({ card, powered, state }: Runtime['state']['sim'], slot: number): QmiErrorName | undefined {
  if (slot !== 1) return 'InvalidArgument';
  return card && powered && state !== 'absent' ? undefined : 'Internal';
}

function open(channels: CardChannels, aid: Uint8Array): QmiAnswer<typeof uim.openLogicalChannel.response> {
  const opened = channels.open(aid);
  if (!opened) return { error: 'InsufficientResources' };
  const [sw1, sw2] = opened.status;
  const values = { cardResult: { sw1, sw2 } };
  if (opened.channel === undefined) return { error: 'Internal', values };
  return { values: { ...values, channel: opened.channel, selectResponse: opened.data } };
}
