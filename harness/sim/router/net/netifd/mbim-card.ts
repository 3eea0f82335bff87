import { pin, subscriberReadyStatus } from '../../../../protocols/mbim/basic-connect/subscriber.ts';
import type { MbimClient } from '../wwan/mbim-client.ts';
import type { HandlerScript } from './handler-script.ts';
import { MUTE, sayMbim, UMBIM_MS } from './umbim-words.ts';

/** What netifd is told; undefined: the card is ready. */
type Refusal = { readonly code: string; readonly blocks: boolean } | undefined;

/** mbim.sh from "Sending pin" to "Checking subscriber". */
export const prepareMbimCard = async (
  mbim: MbimClient,
  script: HandlerScript,
  pincode: string,
): Promise<Refusal> =>
  (await unlocked(mbim, script, pincode)) ?? (await usable(mbim, script)) ?? (await known(mbim, script));

/** Whether one is wanted is not asked before. */
async function unlocked(mbim: MbimClient, script: HandlerScript, code: string): Promise<Refusal> {
  if (code === '') return undefined;
  sayMbim(script, 'Sending pin');
  await script.sleep(UMBIM_MS);
  const order = { pinType: 'pin1', operation: 'enter', pin: code, newPin: '' } as const;
  if ((await mbim.set(pin, order))?.status === 0) return undefined;
  sayMbim(script, 'Unable to verify PIN');
  return { code: 'PIN_FAILED', blocks: true };
}

async function usable(mbim: MbimClient, script: HandlerScript): Promise<Refusal> {
  sayMbim(script, 'Checking pin');
  await script.sleep(UMBIM_MS);
  const reply = await mbim.query(pin);
  const state = reply?.values;
  if (!reply) {
    script.print(MUTE);
    return undefined;
  }
  if (!state || state.pinType === 'none' || state.pinState === 'unlocked') {
    script.print('Pin Unlocked');
    return undefined;
  }
  script.print(`required pin: ${state.pinType === 'pin1' ? '2' : '11'} - ${state.pinType}`);
  script.print(`remaining attempts: ${state.remainingAttempts}`);
  if (state.pinType !== 'pin1') return undefined;
  sayMbim(script, 'PIN required');
  return { code: 'PIN_FAILED', blocks: true };
}

async function known(mbim: MbimClient, script: HandlerScript): Promise<Refusal> {
  sayMbim(script, 'Checking subscriber');
  await script.sleep(UMBIM_MS);
  const reply = await mbim.query(subscriberReadyStatus);
  if (reply?.values?.readyState !== 'initialized') {
    script.print(reply ? 'message not long enough' : MUTE); // strings of an empty slot are too short for umbim
    sayMbim(script, 'Subscriber init failed');
    return { code: 'NO_SUBSCRIBER', blocks: false };
  }
  const { simIccId, subscriberId } = reply.values;
  script.print('  readystate: 0001 - initialized');
  script.print(`  simiccid: ${simIccId}`);
  script.print(`  subscriberid: ${subscriberId}`);
  return undefined;
}
